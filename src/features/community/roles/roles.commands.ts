import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id } from '#kernel/text.ts';
import { guardSubject, Member, Role } from '../communities/index.ts';

export const RoleAssigned = defineEvent<{ community: string; user: string; role: string }>('RoleAssigned');

const AssignArgs = z.strictObject({ community: id(), user: id(), role: z.string().min(1).max(26) });

/** Gives a member another role. */
export const assignRole = defineCommand({
  name: 'role.assign',
  args: AssignArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow(rules) {
    const { args, records } = rules;
    if (!rules.can('roles.assign')) return refuse('not_allowed', 'roles.assign');
    const given = records.get(Role, args.community, args.role);
    const own = records.get(Member, args.community, rules.actor.user);
    const ownRank = own ? (records.get(Role, args.community, own.role)?.rank ?? 0) : 0;
    if (!given) return refuse('gone');
    if (!rules.actor.system && given.rank >= ownRank) return refuse('rank');
    return guardSubject(rules, args.community, args.user);
  },
  apply(records, { community, user, role }) {
    const member = records.get(Member, community, user);
    if (!member) return refuse('gone');
    records.put(Member, community, user, { ...member, role });
    return undefined;
  },
  events: ({ community, user, role }) => [RoleAssigned({ community, user, role })],
});
