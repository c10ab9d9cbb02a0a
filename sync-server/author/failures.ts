/** A command stopped while its steps were taken: memory is no longer what the log says, so all of it is dropped. */
export class HalfTaken extends Error {
  constructor(cause: unknown) {
    super('a command changed only part of what it wanted', { cause });
  }
}

/** SQLSTATE of a key that is there already. */
export const UNIQUE = '23505';
/** SQLSTATE of `check_fence`: another author holds the partition. */
export const FENCED = 'HE001';

/** PostgreSQL's code of an error, or nothing for an error that is not its own. */
export function sqlState(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/**
 * The statement itself was refused: it was not committed, and never will be as it is. Data (22), constraints (21, 23, 44)
 * and what exceeds a limit of the database (54), for example a key too long for its index.
 */
export function isRefusedData(code: string): boolean {
  return /^(21|22|23|44|54)[0-9A-Z]{3}$/.test(code);
}

/** A mistake in a rule or in the author itself: trying again would be trying for ever, with everybody waiting behind it. */
export function isOurFault(error: unknown): boolean {
  return error instanceof HalfTaken || error instanceof TypeError || error instanceof RangeError;
}
