/** What has to be in memory before a rule or an `apply` can run; thrown by reads, caught by whoever can wait. */
export type Wanted =
  | { what: 'partition'; partition: string }
  | { what: 'row'; partition: string; kind: string; id: string }
  | { what: 'position'; partition: string; owner: string; ids: string[] }
  | { what: 'document'; partition: string; name: string }
  | { what: 'reactions'; partition: string; owner: string; message: string };

/**
 * Reads are synchronous so that rules run in the tick that commits; what is not in memory interrupts them. The command is
 * then put aside, the missing piece loaded, and the command run again from its start: it has changed nothing yet.
 */
export class Missing extends Error {
  readonly wanted: Wanted;
  constructor(wanted: Wanted) {
    // Thrown for every cold read of an import; collecting its stack each time was a fifth of the server's work there.
    const depth = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super('not in memory');
    Error.stackTraceLimit = depth;
    this.wanted = wanted;
  }
}
