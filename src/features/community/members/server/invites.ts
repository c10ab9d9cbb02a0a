import type pg from 'pg';
import { isUlid } from '#kernel/ids.ts';
import type { Actor } from '#kernel/commands.ts';
import { checkMembership, Community, type CommunityRecord } from '#features/community/communities/index.ts';
import type { CommunityApiDeps } from '#features/community/communities/server/index.ts';
import { joinCommunity } from '../members.commands.ts';

/** Somebody without an account yet: nobody is banned under this id. */
const STRANGER: Actor = { user: '', name: '', operator: false, system: false };

export interface Invited {
  community: CommunityRecord;
  /** Whether they are in already; then the invite need not be good any more. */
  inside: boolean;
}

/**
 * What an invite leads a person to, by the rules of joining itself. Null for unknown, revoked, expired and spent ones, and
 * for whoever is banned: one answer.
 */
export async function readInvite(
  { pool, read }: Pick<CommunityApiDeps, 'pool' | 'read'>,
  invite: string,
  user: string | null,
): Promise<Invited | null> {
  if (!isUlid(invite)) return null;
  const community = await communityOfInvite(pool, invite);
  if (!community) return null;
  return read(community, (records) => {
    const record = records.get(Community, community, community);
    if (!record) return null;
    if (user && !checkMembership(records, community, user)) return { community: record, inside: true };
    const actor = user ? { ...STRANGER, user } : STRANGER;
    const args = { community, invite };
    const refused = joinCommunity.allow({ actor, args, records, can: () => false, now: Date.now() });
    return refused ? null : { community: record, inside: false };
  });
}

/** For signing up while the door is closed: whether a code still opens it. */
export async function inviteIsValid(deps: Pick<CommunityApiDeps, 'pool' | 'read'>, code: string): Promise<boolean> {
  return (await readInvite(deps, code, null)) !== null;
}

async function communityOfInvite(pool: pg.Pool, invite: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ community: string }>('select community from invites where id = $1', [invite]);
  return rows[0]?.community;
}
