import type { CategoryPlace, ChannelPlace, CommunityPlace } from '#kernel/places.ts';
import { channelGroups } from '#features/community/communities/ui/index.ts';

/** One line of the list that is put in order: a category's heading, or a channel under the heading above it. */
export type OrderLine =
  { kind: 'category'; id: string; name: string } | { kind: 'channel'; id: string; channel: ChannelPlace };

/** What has to be told to the server for a channel to stand where it was put. */
export interface Placing {
  channel: string;
  category: string | null;
  position: number;
}

/** Categories and channels as one list, top to bottom. */
export function orderLines(community: CommunityPlace): OrderLine[] {
  return channelGroups(community).flatMap((group): OrderLine[] => [
    ...(group.category ? [{ kind: 'category' as const, id: group.category.id, name: group.category.name }] : []),
    ...group.channels.map((channel): OrderLine => ({ kind: 'channel', id: channel.id, channel })),
  ]);
}

/** The list with one line taken out and put where another stands. */
export function moveLine(lines: readonly OrderLine[], from: number, to: number): OrderLine[] {
  const next = [...lines];
  const [taken] = next.splice(from, 1);
  if (taken) next.splice(Math.max(0, Math.min(to, next.length)), 0, taken);
  return next;
}

/** Categories in their order, one of them put where another one stands. */
export function moveCategory(community: CommunityPlace, category: string, to: number): CategoryPlace[] {
  const next = channelGroups(community).flatMap((group) => group.category ?? []);
  const from = next.findIndex(({ id }) => id === category);
  const [taken] = next.splice(from, from < 0 ? 0 : 1);
  if (taken) next.splice(Math.max(0, Math.min(to, next.length)), 0, taken);
  return next;
}

/** The categories whose position is another one in `categories` than now, as they have to be told to the server. */
export function categoryPlacings(categories: readonly CategoryPlace[]): Pick<CategoryPlace, 'id' | 'position'>[] {
  return categories.flatMap(({ id, position: before }, position) => (before === position ? [] : { id, position }));
}

/** The channels whose category or position is another one in `lines` than now. */
export function placings(lines: readonly OrderLine[]): Placing[] {
  let category: string | null = null;
  let position = 0;
  const changed: Placing[] = [];
  for (const line of lines) {
    if (line.kind === 'category') {
      category = line.id;
      position = 0;
      continue;
    }
    const { channel } = line;
    if (channel.category !== category || channel.position !== position)
      changed.push({ channel: channel.id, category, position });
    position++;
  }
  return changed;
}
