import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { refuse } from '#kernel/refusals.ts';
import { id, line, text } from '#kernel/text.ts';
import { Category, Channel, channelName } from './channels.records.ts';
import { Community, slug } from './communities.records.ts';
import { Member, UNPLACED } from './members.records.ts';
import { OWNER, Role, STARTING_ROLES } from './roles.records.ts';

export const CommunityCreated = defineEvent<{ community: string }>('CommunityCreated');
export const CommunityChanged = defineEvent<{ community: string }>('CommunityChanged');

const CreateArgs = z.strictObject({
  community: id(),
  slug: slug(),
  name: line(1, 80),
  description: text(0, 400),
  categories: z.array(z.strictObject({ id: id(), name: line(1, 60) })).max(20),
  channels: z
    .array(z.strictObject({ id: id(), name: channelName(), topic: text(0, 250), category: id().nullable() }))
    .max(50),
  /** Only from the server itself, which belongs to no community: whom an import or the set-up makes it for. */
  owner: z.strictObject({ id: id(), name: line(1, 80) }).optional(),
});

/** Makes a community with its roles, its first channels, and whoever made it as owner. Works offline: its id is the device's. */
export const createCommunity = defineCommand({
  name: 'community.create',
  outsiders: true,
  args: CreateArgs,
  target: ({ community }) => ({ community }),
  allow({ actor, args, records }) {
    if (args.owner && !actor.system) return refuse('not_allowed', 'owner');
    if (records.get(Community, args.community, args.community)) return refuse('taken');
    return undefined;
  },
  limit: 'communities',
  texts: ({ name, description, channels }) => [
    name,
    description,
    ...channels.flatMap((channel) => [channel.name, channel.topic]),
  ],
  apply(records, args, { actor, at }) {
    const { community } = args;
    const owner = args.owner ?? { id: actor.user, name: actor.name };
    records.put(Community, community, community, {
      id: community,
      slug: args.slug,
      name: args.name,
      description: args.description,
      archived: false,
      leaseDays: 90,
      createdBy: owner.id,
      createdAt: at,
    });
    for (const role of STARTING_ROLES) records.put(Role, community, role.id, { community, ...role });
    args.categories.forEach((category, position) =>
      records.put(Category, community, category.id, { community, ...category, position }),
    );
    args.channels.forEach((channel, position) =>
      records.put(Channel, community, channel.id, {
        community,
        ...channel,
        position,
        private: false,
        archived: false,
        createdBy: owner.id,
        createdAt: at,
      }),
    );
    records.put(Member, community, owner.id, {
      community,
      user: owner.id,
      name: owner.name,
      ...(actor.picture && !args.owner ? { picture: actor.picture } : {}),
      role: OWNER,
      state: 'active',
      rooms: [],
      no: UNPLACED,
      joinedAt: at,
    });
    return undefined;
  },
  events: ({ community }) => [CommunityCreated({ community })],
});

const ChangeArgs = z.strictObject({
  community: id(),
  name: line(1, 80).optional(),
  description: text(0, 400).optional(),
  leaseDays: z.number().int().min(1).max(365).optional(),
  archived: z.boolean().optional(),
});

export const changeCommunity = defineCommand({
  name: 'community.change',
  args: ChangeArgs,
  target: ({ community }) => ({ community }),
  allow: (rules) => (rules.can('community.manage') ? undefined : refuse('not_allowed', 'community.manage')),
  texts: ({ name, description }) => [name, description].filter((value) => value !== undefined),
  apply(records, { community, ...changes }) {
    const record = records.get(Community, community, community);
    if (!record) return refuse('unavailable');
    records.put(Community, community, community, { ...record, ...changes });
    return undefined;
  },
  events: ({ community }) => [CommunityChanged({ community })],
});
