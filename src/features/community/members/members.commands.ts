import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id, line, text } from '#kernel/text.ts';
import { Community, guardSubject, Invite, Member, MEMBER, OWNER, UNPLACED } from '../communities/index.ts';

type Who = { community: string; user: string };
export const MemberJoined = defineEvent<Who & { invite: string | null }>('MemberJoined');
export const MemberLeft = defineEvent<Who>('MemberLeft');
export const MemberKicked = defineEvent<Who>('MemberKicked');
export const MemberBanned = defineEvent<Who>('MemberBanned');
export const MemberUnbanned = defineEvent<Who>('MemberUnbanned');
export const MemberRenamed = defineEvent<Who>('MemberRenamed');

const JoinArgs = z.strictObject({ community: id(), invite: id() });

/** Joins by an invite. Whether the invite is unknown, used up, revoked or expired is one answer. */
export const joinCommunity = defineCommand({
  name: 'member.join',
  outsiders: true,
  args: JoinArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, invite }) => [ref(Invite, community, invite)],
  allow({ actor, args, records, now }) {
    const community = records.get(Community, args.community, args.community);
    const invite = records.get(Invite, args.community, args.invite);
    const spent =
      !invite || invite.revoked || (invite.expiresAt ?? now) < now || (invite.maxUses ?? Infinity) <= invite.uses;
    if (!community || spent) return refuse('unavailable');
    if (community.archived) return refuse('archived');
    const member = records.get(Member, args.community, actor.user);
    if (member?.state === 'banned') return refuse('unavailable');
    return undefined;
  },
  apply(records, { community, invite }, { actor, at }) {
    if (records.get(Member, community, actor.user)) return undefined;
    const used = records.get(Invite, community, invite);
    if (used) records.put(Invite, community, invite, { ...used, uses: used.uses + 1 });
    records.put(Member, community, actor.user, {
      community,
      user: actor.user,
      name: actor.name,
      ...(actor.picture ? { picture: actor.picture } : {}),
      role: MEMBER,
      state: 'active',
      rooms: [],
      no: UNPLACED,
      joinedAt: at,
    });
    return undefined;
  },
  // Whoever was in already has not joined once more.
  events: ({ community, invite }, { actor }, records) =>
    records.get(Member, community, actor.user) ? [] : [MemberJoined({ community, user: actor.user, invite })],
});

const LeaveArgs = z.strictObject({ community: id() });

export const leaveCommunity = defineCommand({
  name: 'member.leave',
  args: LeaveArgs,
  target: ({ community }) => ({ community }),
  allow({ actor, args, records }) {
    const member = records.get(Member, args.community, actor.user);
    if (!member) return refuse('unavailable');
    return member.role === OWNER ? refuse('owner') : undefined;
  },
  apply(records, { community }, { actor }) {
    records.remove(Member, community, actor.user);
    return undefined;
  },
  events: ({ community }, { actor }) => [MemberLeft({ community, user: actor.user })],
});

const SubjectArgs = z.strictObject({ community: id(), user: id(), reason: text(1, 400).optional() });

/** Removes a member, who may come back with an invite. */
export const kickMember = defineCommand({
  name: 'member.kick',
  args: SubjectArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow: (rules) =>
    rules.can('members.kick')
      ? guardSubject(rules, rules.args.community, rules.args.user)
      : refuse('not_allowed', 'members.kick'),
  apply(records, { community, user }) {
    if (!records.get(Member, community, user)) return refuse('gone');
    records.remove(Member, community, user);
    return undefined;
  },
  events: ({ community, user }) => [MemberKicked({ community, user })],
});

/** Shuts a person out; every copy on their devices is erased. */
export const banMember = defineCommand({
  name: 'member.ban',
  args: SubjectArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow: (rules) =>
    rules.can('members.ban')
      ? guardSubject(rules, rules.args.community, rules.args.user)
      : refuse('not_allowed', 'members.ban'),
  apply(records, { community, user, reason }) {
    const member = records.get(Member, community, user);
    if (!member) return refuse('gone');
    records.put(Member, community, user, {
      ...member,
      role: MEMBER,
      state: 'banned',
      rooms: [],
      ...(reason ? { reason } : {}),
    });
    return undefined;
  },
  events: ({ community, user }) => [MemberBanned({ community, user })],
});

/** Lifts a ban. The person is not a member again until they join. */
export const unbanMember = defineCommand({
  name: 'member.unban',
  args: z.strictObject({ community: id(), user: id() }),
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow: (rules) =>
    rules.can('members.ban')
      ? guardSubject(rules, rules.args.community, rules.args.user)
      : refuse('not_allowed', 'members.ban'),
  apply(records, { community, user }) {
    if (records.get(Member, community, user)?.state !== 'banned') return refuse('gone');
    records.remove(Member, community, user);
    return undefined;
  },
  events: ({ community, user }) => [MemberUnbanned({ community, user })],
});

const RefreshArgs = z.strictObject({
  community: id(),
  user: id(),
  name: line(1, 80),
  picture: z.string().max(200).optional(),
});

/** Carries a person's new name or picture into a community. Sent by the server when an account changes. */
export const refreshMember = defineCommand({
  name: 'member.refresh',
  origin: 'system',
  args: RefreshArgs,
  target: ({ community }) => ({ community }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow: () => undefined,
  apply(records, { community, user, name, picture }) {
    const { picture: _before, ...member } = records.get(Member, community, user) ?? {};
    if (!('user' in member)) return refuse('gone');
    records.put(Member, community, user, { ...member, name, ...(picture ? { picture } : {}) });
    return undefined;
  },
  events: ({ community, user }) => [MemberRenamed({ community, user })],
});
