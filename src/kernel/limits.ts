// Apart from the schemas, so that what only needs a number does not load them.

/** How many commands one may depend on. */
export const MAX_AFTER = 16;
/** Bots cannot answer bots for ever. */
export const MAX_DEPTH = 5;
/** Bytes of one command as JSON. */
export const MAX_COMMAND_BYTES = 64 * 1024;

/** The version this app writes and the oldest this server still takes. */
export const COMMAND_VERSION = 1;
export const OLDEST_COMMAND_VERSION = 1;
