import type { Session } from '#kernel/session.ts';
import type { Accounts } from './accounts.ts';

/** Ends one session of this person; false when there is none of that id. */
export async function endSession(accounts: Accounts, userId: string, id: string): Promise<boolean> {
  const gone = await accounts.pool.query('delete from sessions where id = $1 and user_id = $2', [id, userId]);
  if (gone.rowCount !== 1) return false;
  accounts.sessionEnded(id);
  return true;
}

/** Ends every session of this person but the one that asks; returns how many. */
export async function endOtherSessions(accounts: Accounts, { userId, id }: Session): Promise<number> {
  const gone = await accounts.pool.query<{ id: string }>(
    'delete from sessions where user_id = $1 and id <> $2 returning id',
    [userId, id],
  );
  for (const row of gone.rows) accounts.sessionEnded(row.id);
  return gone.rows.length;
}

/** Ends what an earlier sign-in left behind on the same browser: its cookie was overwritten, nobody can use it again. */
export async function endSessionsOfDevice(accounts: Accounts, { userId, id, device }: Session): Promise<void> {
  const gone = await accounts.pool.query<{ id: string }>(
    'delete from sessions where user_id = $1 and device = $2 and id <> $3 returning id',
    [userId, device, id],
  );
  for (const row of gone.rows) accounts.sessionEnded(row.id);
}

/**
 * Ends everything by which somebody is in as this person, programs with a token as well; returns how many.
 * @param but the session that stays
 */
export async function endAllAccess(accounts: Accounts, userId: string, but?: string): Promise<number> {
  // The library's own `revokeOtherSessions` knows no tokens, and gives whoever stays another session and so another device.
  const gone = await accounts.pool.query<{ id: string }>(
    `with ended as (delete from sessions where user_id = $1 and id is distinct from $2 returning id),
          revoked as (delete from access_tokens where user_id = $1 returning id)
     select id from ended union all select id from revoked`,
    [userId, but],
  );
  for (const row of gone.rows) accounts.sessionEnded(row.id);
  return gone.rows.length;
}
