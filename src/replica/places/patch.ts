import type { CommunityPlace, Places, PlacesPatch } from '#kernel/places.ts';

/** Places after a patch; heads and read marks never go back, whatever order messages come in. */
export function applyPatch(places: Places, patch: PlacesPatch): Places {
  const left = new Set(patch.left);
  const replaced = new Map((patch.communities ?? []).map((community) => [community.id, community]));
  const known = new Set(places.communities.map(({ id }) => id));
  const communities = [
    ...places.communities
      .filter(({ id }) => !left.has(id))
      .map((community) => merge(community, replaced.get(community.id))),
    ...[...replaced.values()].filter(({ id }) => !known.has(id) && !left.has(id)),
  ];
  const heads = new Map((patch.heads ?? []).map(([channel, next, pos]) => [channel, { next, pos }]));
  const read = new Map(patch.read);
  const counts = new Map(
    (patch.members ?? []).map(([community, members, nextMember]) => [community, { members, nextMember }]),
  );
  return {
    ...places,
    version: Math.max(places.version, patch.version),
    communities: communities.map((community) => recount(move(community, heads, read), counts.get(community.id))),
  };
}

/** A community's replacement, with heads and marks that may be further here already. */
function merge(before: CommunityPlace, after: CommunityPlace | undefined): CommunityPlace {
  if (!after) return before;
  const known = new Map(before.channels.map((channel) => [channel.id, channel]));
  return {
    ...after,
    channels: after.channels.map((channel) => {
      const old = known.get(channel.id);
      if (!old) return channel;
      return {
        ...channel,
        next: Math.max(channel.next, old.next),
        pos: Math.max(channel.pos, old.pos),
        read: Math.max(channel.read, old.read),
      };
    }),
  };
}

function recount(
  community: CommunityPlace,
  count: { members: number; nextMember: number } | undefined,
): CommunityPlace {
  if (!count) return community;
  return { ...community, members: count.members, nextMember: Math.max(community.nextMember, count.nextMember) };
}

function move(
  community: CommunityPlace,
  heads: Map<string, { next: number; pos: number }>,
  read: Map<string, number>,
): CommunityPlace {
  if (!community.channels.some(({ id }) => heads.has(id) || read.has(id))) return community;
  return {
    ...community,
    channels: community.channels.map((channel) => {
      const head = heads.get(channel.id);
      const mark = read.get(channel.id);
      if (!head && mark === undefined) return channel;
      return {
        ...channel,
        next: Math.max(channel.next, head?.next ?? 0),
        pos: Math.max(channel.pos, head?.pos ?? 0),
        read: Math.max(channel.read, mark ?? 0),
      };
    }),
  };
}

/** Places with chains at least this far; the same object when nothing moves. */
export function advanceHeads(places: Places, heads: ReadonlyMap<string, number>): Places {
  const nextOf = (chain: string, next: number): number => Math.max(next, heads.get(chain) ?? 0);
  const moves = ({ id, nextMember, channels }: CommunityPlace): boolean =>
    nextOf(`members/${id}`, nextMember) > nextMember ||
    channels.some((channel) => nextOf(`channel/${channel.id}`, channel.next) > channel.next);
  if (!places.communities.some(moves)) return places;
  return {
    ...places,
    communities: places.communities.map((community) =>
      moves(community)
        ? {
            ...community,
            nextMember: nextOf(`members/${community.id}`, community.nextMember),
            channels: community.channels.map((channel) => ({
              ...channel,
              next: nextOf(`channel/${channel.id}`, channel.next),
            })),
          }
        : community,
    ),
  };
}

export interface LostAccess {
  communities: string[];
  channels: string[];
}

/** What a person can no longer see: its copies leave the device (O7). */
export function lostAccess(before: Places, after: Places): LostAccess {
  const open = new Set(after.communities.flatMap(({ channels }) => channels.map(({ id }) => id)));
  const member = new Set(after.communities.map(({ id }) => id));
  return {
    communities: before.communities.filter(({ id }) => !member.has(id)).map(({ id }) => id),
    channels: before.communities.flatMap(({ channels }) =>
      channels.filter(({ id }) => !open.has(id)).map(({ id }) => id),
    ),
  };
}

/** The community a channel belongs to. */
export function communityOfChannel(places: Places | null, channel: string): CommunityPlace | undefined {
  return places?.communities.find(({ channels }) => channels.some(({ id }) => id === channel));
}
