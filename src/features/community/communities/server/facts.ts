import type pg from 'pg';
import { notFound } from '#kernel/problem.ts';
import { isUlid } from '#kernel/ids.ts';
import type { ReadRecords } from '#kernel/records.ts';
import type { Session } from '#kernel/session.ts';
import type { Receipt } from '#kernel/wire.ts';
import { checkMembership, holds } from '../access.policy.ts';
import type { Permission } from '../roles.records.ts';

/** What routes about communities ask of the sync core. */
export interface CommunityApiDeps {
  pool: pg.Pool;
  /** Runs a look at a community's facts, loading what it misses. */
  read<T>(community: string, look: (records: ReadRecords) => T): Promise<T>;
  /** Sends a command as the person of a session, through the gate. */
  submitAs(session: Session, name: string, args: unknown): Promise<Receipt>;
}

/** Refuses whoever is not a member, or holds no such permission, as if the community were not there. */
export async function accessCommunity(
  { read }: CommunityApiDeps,
  session: Session,
  community: string,
  permission?: Permission,
): Promise<void> {
  if (!isUlid(community)) throw notFound();
  const open = await read(
    community,
    (records) =>
      !checkMembership(records, community, session.userId) &&
      (permission === undefined || holds(records, community, session.userId, permission)),
  );
  if (!open) throw notFound();
}
