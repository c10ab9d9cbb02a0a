import type { CategoryPlace, ChannelPlace, CommunityPlace } from '#kernel/places.ts';

export const isUnread = (channel: ChannelPlace): boolean => !channel.archived && channel.next > channel.read;

/** Whether nobody has said anything yet where one may read. */
export const isSilent = (community: CommunityPlace): boolean => community.channels.every(({ next }) => next === 0);

/** How many messages of a community one has not read. */
export const unreadIn = (community: CommunityPlace): number =>
  community.channels.reduce((sum, channel) => sum + (isUnread(channel) ? channel.next - channel.read : 0), 0);

const byPosition = <Placed extends { position: number; id: string }>(a: Placed, b: Placed) =>
  a.position - b.position || (a.id < b.id ? -1 : 1);

/** What stands among the places, in order: everything not archived. */
export const visibleChannels = (community: CommunityPlace): ChannelPlace[] =>
  community.channels.filter((channel) => !channel.archived).sort(byPosition);

export interface ChannelGroup {
  /** Null for the channels outside any category, which come first. */
  category: CategoryPlace | null;
  channels: ChannelPlace[];
}

/** Channels by category, both in order. A channel of a category that is gone stands outside any. */
export function channelGroups(community: CommunityPlace): ChannelGroup[] {
  const channels = visibleChannels(community);
  const categories = [...community.categories].sort(byPosition);
  const known = new Set(categories.map((category) => category.id));
  const loose = channels.filter((channel) => channel.category === null || !known.has(channel.category));
  return [
    { category: null, channels: loose },
    ...categories.map((category) => ({
      category,
      channels: channels.filter((channel) => channel.category === category.id),
    })),
  ];
}
