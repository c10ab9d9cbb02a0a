import type { Rules } from '#kernel/commands.ts';
import type { ReadRecords } from '#kernel/records.ts';
import { refuse, type Verdict } from '#kernel/refusals.ts';
import { OWNER, Role } from './roles.records.ts';
import { Member } from './members.records.ts';

export function rankOf(records: ReadRecords, community: string, user: string): number {
  const member = records.get(Member, community, user);
  return member ? (records.get(Role, community, member.role)?.rank ?? 0) : 0;
}

/** The guards of every act on a person: not the owner, not oneself, not an equal or higher role. */
export function guardSubject(rules: Rules<unknown>, community: string, user: string): Verdict {
  const { actor, records } = rules;
  const subject = records.get(Member, community, user);
  if (!subject) return refuse('gone');
  if (actor.system) return undefined;
  if (user === actor.user) return refuse('self');
  if (subject.role === OWNER) return refuse('owner');
  if (rankOf(records, community, user) >= rankOf(records, community, actor.user)) return refuse('rank');
  return undefined;
}
