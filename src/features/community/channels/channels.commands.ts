import * as z from 'zod';
import { defineCommand, type Rules } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref, type ReadRecords } from '#kernel/records.ts';
import { refuse, type Verdict } from '#kernel/refusals.ts';
import { id, line, text } from '#kernel/text.ts';
import { Category, Channel, channelName, guardSubject, Member, opens } from '../communities/index.ts';

type Place = { community: string; channel: string };
export const ChannelCreated = defineEvent<Place>('ChannelCreated');
export const ChannelChanged = defineEvent<Place>('ChannelChanged');
export const MemberAdmitted = defineEvent<Place & { user: string }>('MemberAdmitted');
export const MemberExpelled = defineEvent<Place & { user: string }>('MemberExpelled');

const position = () => z.number().int().min(0).max(10_000);

/** May manage channels, and sees this one: of a private channel nobody learns by trying. */
function checkManaging(rules: Rules<unknown>, community: string, channel: string): Verdict {
  const place = rules.records.get(Channel, community, channel);
  const member = rules.records.get(Member, community, rules.actor.user);
  if (!place || (!rules.actor.system && !opens(rules.records, member, place))) return refuse('unavailable');
  return rules.can('channels.manage') ? undefined : refuse('not_allowed', 'channels.manage');
}

const CreateArgs = z.strictObject({
  community: id(),
  id: id(),
  name: channelName(),
  topic: text(0, 250).default(''),
  category: id().nullable().default(null),
  position: position().default(1000),
  private: z.boolean().default(false),
});

/** Makes a channel; of a private one, whoever made it is the first inside. */
export const createChannel = defineCommand({
  name: 'channel.create',
  args: CreateArgs,
  target: ({ community, id: channel }) => ({ community, channel }),
  allow(rules) {
    if (!rules.can('channels.manage')) return refuse('not_allowed', 'channels.manage');
    return rules.records.get(Channel, rules.args.community, rules.args.id) ? refuse('taken') : undefined;
  },
  limit: 'channels',
  texts: ({ name, topic }) => [name, topic],
  apply(records, { community, id: channel, ...args }, { actor, at }) {
    if (args.category && !records.get(Category, community, args.category)) return refuse('gone');
    records.put(Channel, community, channel, {
      community,
      id: channel,
      ...args,
      archived: false,
      createdBy: actor.user,
      createdAt: at,
    });
    const member = records.get(Member, community, actor.user);
    if (args.private && member)
      records.put(Member, community, actor.user, { ...member, rooms: [...member.rooms, channel] });
    return undefined;
  },
  events: ({ community, id: channel }) => [ChannelCreated({ community, channel })],
});

const ChangeArgs = z.strictObject({
  community: id(),
  channel: id(),
  name: channelName().optional(),
  topic: text(0, 250).optional(),
  category: id().nullable().optional(),
  position: position().optional(),
  archived: z.boolean().optional(),
  private: z.boolean().optional(),
});

/** Renames, moves, archives, opens or closes a channel. */
export const changeChannel = defineCommand({
  name: 'channel.change',
  args: ChangeArgs,
  target: ({ community, channel }) => ({ community, channel }),
  allow: (rules) => checkManaging(rules, rules.args.community, rules.args.channel),
  texts: ({ name, topic }) => [name, topic].filter((value) => value !== undefined),
  apply(records, { community, channel, ...changes }, { actor }) {
    const record = records.get(Channel, community, channel);
    if (!record) return refuse('unavailable');
    if (changes.category && !records.get(Category, community, changes.category)) return refuse('gone');
    records.put(Channel, community, channel, { ...record, ...changes });
    const member = records.get(Member, community, actor.user);
    if (changes.private && member && !member.rooms.includes(channel)) {
      records.put(Member, community, actor.user, { ...member, rooms: [...member.rooms, channel] });
    }
    return undefined;
  },
  events: ({ community, channel }) => [ChannelChanged({ community, channel })],
});

const RoomArgs = z.strictObject({ community: id(), channel: id(), user: id() });

const isInside = ({ community, channel, user }: z.infer<typeof RoomArgs>, records: ReadRecords): boolean =>
  records.get(Member, community, user)?.rooms.includes(channel) ?? false;

/** Lets a member into a private channel. */
export const admitMember = defineCommand({
  name: 'channel.admit',
  args: RoomArgs,
  target: ({ community, channel }) => ({ community, channel }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow(rules) {
    const { community, channel, user } = rules.args;
    const refused = checkManaging(rules, community, channel);
    if (refused) return refused;
    return rules.records.get(Member, community, user)?.state === 'active' ? undefined : refuse('gone');
  },
  apply(records, { community, channel, user }) {
    const member = records.get(Member, community, user);
    if (!member) return refuse('gone');
    if (!member.rooms.includes(channel))
      records.put(Member, community, user, { ...member, rooms: [...member.rooms, channel] });
    return undefined;
  },
  events: (args, _stamp, records) => (isInside(args, records) ? [] : [MemberAdmitted(args)]),
});

/** Takes a member out of a private channel; their copy of it is erased. Anyone may take themselves out. */
export const expelMember = defineCommand({
  name: 'channel.expel',
  args: RoomArgs,
  target: ({ community, channel }) => ({ community, channel }),
  needs: ({ community, user }) => [ref(Member, community, user)],
  allow(rules) {
    const { community, channel, user } = rules.args;
    const place = rules.records.get(Channel, community, channel);
    if (user === rules.actor.user && place && opens(rules.records, rules.records.get(Member, community, user), place))
      return undefined;
    const refused = checkManaging(rules, community, channel);
    return refused ?? guardSubject(rules, community, user);
  },
  apply(records, { community, channel, user }) {
    const member = records.get(Member, community, user);
    if (!member) return refuse('gone');
    records.put(Member, community, user, { ...member, rooms: member.rooms.filter((room) => room !== channel) });
    return undefined;
  },
  events: (args, _stamp, records) => (isInside(args, records) ? [MemberExpelled(args)] : []),
});

const CategoryArgs = z.strictObject({ community: id(), id: id(), name: line(1, 60), position: position() });

/** Makes a category, or puts one back as it was. */
export const putCategory = defineCommand({
  name: 'category.put',
  args: CategoryArgs,
  target: ({ community }) => ({ community }),
  allow: (rules) => (rules.can('channels.manage') ? undefined : refuse('not_allowed', 'channels.manage')),
  texts: ({ name }) => [name],
  apply(records, args) {
    records.put(Category, args.community, args.id, args);
    return undefined;
  },
});

/** Renames a category, or moves it: each without a word about the other, which somebody else may be changing. */
export const changeCategory = defineCommand({
  name: 'category.change',
  args: CategoryArgs.partial({ name: true, position: true }),
  target: ({ community }) => ({ community }),
  allow: (rules) => (rules.can('channels.manage') ? undefined : refuse('not_allowed', 'channels.manage')),
  texts: ({ name }) => (name === undefined ? [] : [name]),
  apply(records, { community, id: category, ...changes }) {
    const record = records.get(Category, community, category);
    if (!record) return refuse('gone');
    records.put(Category, community, category, { ...record, ...changes });
    return undefined;
  },
});

/** Removes a category; its channels stay, outside any. */
export const removeCategory = defineCommand({
  name: 'category.remove',
  args: z.strictObject({ community: id(), id: id() }),
  target: ({ community }) => ({ community }),
  allow: (rules) => (rules.can('channels.manage') ? undefined : refuse('not_allowed', 'channels.manage')),
  apply(records, { community, id: category }) {
    if (!records.get(Category, community, category)) return refuse('gone');
    for (const channel of records.all(Channel, community)) {
      if (channel.category === category) records.put(Channel, community, channel.id, { ...channel, category: null });
    }
    records.remove(Category, community, category);
    return undefined;
  },
});
