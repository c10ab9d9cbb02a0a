import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { notFound } from '#kernel/problem.ts';
import type { Accounts } from './accounts.ts';
import { readInstance, writeInstance } from './instance.ts';

const key = 'setup_token';

/**
 * Readies the first visit: while this place has no operator, every start makes a new one-time token (an older one stops
 * working) and keeps its hash. Without the token a scanner that finds the address first could become the operator.
 * @returns the path to print behind the address, or null when there is an operator.
 */
export async function prepareSetup(accounts: Accounts): Promise<string | null> {
  if (await accounts.hasOperator()) return null;
  const token = randomBytes(24).toString('base64url');
  await writeInstance(accounts.pool, key, digest(token));
  return `/setup?token=${token}`;
}

export async function setupIsNeeded(accounts: Accounts): Promise<boolean> {
  return !(await accounts.hasOperator());
}

/**
 * Makes the operator of whoever brings the token. The token is taken out of the table in one statement before anything
 * is made, so that of two who bring it at once only one comes through; if making the account fails it is put back.
 * Refuses a wrong, used or old token like any address that is not there.
 */
export async function claimSetup(
  accounts: Accounts,
  token: string,
  make: () => Promise<{ userId: string }>,
): Promise<{ userId: string }> {
  const expected = await readInstance(accounts.pool, key);
  if (typeof expected !== 'string' || !sameText(expected, digest(token))) throw notFound();
  const taken = await accounts.pool.query('delete from instance where key = $1 and value = $2', [
    key,
    JSON.stringify(expected),
  ]);
  if (taken.rowCount !== 1) throw notFound();
  try {
    if (await accounts.hasOperator()) throw notFound();
    return await make();
  } catch (error) {
    await writeInstance(accounts.pool, key, expected);
    throw error;
  }
}

/** Whether the token is the one of this start; for the wizard, before a person fills it in. */
export async function setupTokenFits(accounts: Accounts, token: string): Promise<boolean> {
  const expected = await readInstance(accounts.pool, key);
  return typeof expected === 'string' && sameText(expected, digest(token));
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
