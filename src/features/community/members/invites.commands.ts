import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id } from '#kernel/text.ts';
import { Invite } from '../communities/index.ts';

export const InviteCreated = defineEvent<{ community: string; invite: string }>('InviteCreated');
export const InviteRevoked = defineEvent<{ community: string; invite: string }>('InviteRevoked');

const CreateArgs = z.strictObject({
  community: id(),
  id: id(),
  expiresAt: z.number().int().positive().optional(),
  maxUses: z.number().int().min(1).max(100_000).optional(),
});

export const createInvite = defineCommand({
  name: 'invite.create',
  args: CreateArgs,
  target: ({ community }) => ({ community }),
  needs: (args) => [ref(Invite, args.community, args.id)],
  allow(rules) {
    if (!rules.can('invites.create')) return refuse('not_allowed', 'invites.create');
    return rules.records.get(Invite, rules.args.community, rules.args.id) ? refuse('taken') : undefined;
  },
  apply(records, { community, id: code, expiresAt, maxUses }, { actor, at }) {
    records.put(Invite, community, code, {
      community,
      id: code,
      createdBy: actor.user,
      createdAt: at,
      ...(expiresAt ? { expiresAt } : {}),
      uses: 0,
      ...(maxUses ? { maxUses } : {}),
      revoked: false,
    });
    return undefined;
  },
  events: ({ community, id: invite }) => [InviteCreated({ community, invite })],
});

export const revokeInvite = defineCommand({
  name: 'invite.revoke',
  args: z.strictObject({ community: id(), id: id() }),
  target: ({ community }) => ({ community }),
  needs: (args) => [ref(Invite, args.community, args.id)],
  allow: (rules) => (rules.can('invites.create') ? undefined : refuse('not_allowed', 'invites.create')),
  apply(records, { community, id: code }) {
    const invite = records.get(Invite, community, code);
    if (!invite) return refuse('gone');
    records.put(Invite, community, code, { ...invite, revoked: true });
    return undefined;
  },
  events: ({ community, id: invite }) => [InviteRevoked({ community, invite })],
});
