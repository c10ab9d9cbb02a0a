/** Names of the Web Locks and sync tags of one account. */
export const leaderLock = (account: string): string => `hearth-leader-${account}`;
export const flushLock = (account: string): string => `hearth-flush-${account}`;

const TAG = 'hearth-outbox-';
export const syncTag = (account: string): string => TAG + account;
export const accountOfTag = (tag: string): string | null => (tag.startsWith(TAG) ? tag.slice(TAG.length) : null);

/** How often a leader shows that it is alive, and after which silence another takes its place. Milliseconds. */
export const BEAT_EVERY = 2_000;
export const SILENCE = 7_000;
