import type { CategoryPlace, ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import type { Ground, OverlayRecords } from './overlay-records.ts';

type Row = Record<string, unknown>;

const EMPTY: { id: string; record: unknown }[] = [];

function communityRow(place: CommunityPlace): Row {
  const { id, slug, name, description, archived, leaseDays } = place;
  return { id, slug, name, description, archived, leaseDays, createdBy: '', createdAt: 0 };
}

function channelRow(community: string, place: ChannelPlace): Row {
  const { id, name, topic, category, position, archived } = place;
  return {
    community,
    id,
    name,
    topic,
    category,
    position,
    private: place.private,
    archived,
    createdBy: '',
    createdAt: 0,
  };
}

/** Of members, places know only the person themselves: the role, and the private channels they see. */
function ownMembership(community: CommunityPlace, user: Places['user']): Row {
  return {
    community: community.id,
    user: user.id,
    name: user.name,
    role: community.role,
    state: 'active',
    rooms: community.channels.filter((channel) => channel.private).map((channel) => channel.id),
    no: 0,
    joinedAt: 0,
  };
}

/** The rows that rules and `apply` read, as far as places tell them; `others` answers what is not among them. */
export class PlacesGround implements Ground {
  readonly #places: Places;
  readonly #others: Ground | undefined;

  constructor(places: Places, others?: Ground) {
    this.#places = places;
    this.#others = others;
  }

  get(kind: string, owner: string, id: string): unknown {
    if (kind === 'member') {
      const community = this.#community(owner);
      if (id === this.#places.user.id) return community && ownMembership(community, this.#places.user);
      return this.#others?.get(kind, owner, id);
    }
    const rows = this.#rows(kind, owner);
    return rows ? rows.find((row) => row.id === id)?.record : this.#others?.get(kind, owner, id);
  }

  all(kind: string, owner: string): { id: string; record: unknown }[] {
    return this.#rows(kind, owner) ?? this.#others?.all(kind, owner) ?? EMPTY;
  }

  #community(id: string): CommunityPlace | undefined {
    return this.#places.communities.find((community) => community.id === id);
  }

  #rows(kind: string, owner: string): { id: string; record: unknown }[] | undefined {
    const place = this.#community(owner);
    switch (kind) {
      case 'community':
        return place ? [{ id: owner, record: communityRow(place) }] : EMPTY;
      case 'channel':
        return (place?.channels ?? []).map((channel) => ({ id: channel.id, record: channelRow(owner, channel) }));
      case 'category':
        return (place?.categories ?? []).map((category) => ({
          id: category.id,
          record: { community: owner, ...category },
        }));
      case 'role':
        return (place?.roles ?? []).map((role) => ({ id: role.id, record: { community: owner, ...role } }));
      default:
        return undefined;
    }
  }
}

type ChannelRowShape = Omit<ChannelPlace, 'next' | 'pos' | 'read' | 'write'>;
type CommunityRowShape = Pick<CommunityPlace, 'id' | 'slug' | 'name' | 'description' | 'archived' | 'leaseDays'>;
type RoleShape = { id: string; name: string; rank: number; permissions: string[] };
type MemberShape = { role: string; state: string; rooms: string[] };

function rows<T>(records: OverlayRecords, kind: string, owner: string): T[] {
  return records.all(kind, owner).map(({ record }) => record as T);
}

function roleOf({ id, name, rank, permissions }: RoleShape): RoleShape {
  return { id, name, rank, permissions };
}

/** One community as it will stand when what waits was accepted; null when the person will have left it. */
function predictCommunity(
  id: string,
  before: CommunityPlace | undefined,
  records: OverlayRecords,
  user: Places['user'],
): CommunityPlace | null {
  const community = records.get('community', id, id) as CommunityRowShape | undefined;
  const member = records.get('member', id, user.id) as MemberShape | undefined;
  if (!community || !member || member.state !== 'active') return null;
  const roles = rows<RoleShape>(records, 'role', id).map(roleOf);
  const role = roles.find((other) => other.id === member.role);
  const permissions = role?.permissions ?? before?.permissions ?? [];
  const channels = rows<ChannelRowShape>(records, 'channel', id).map((row): ChannelPlace => {
    const known = before?.channels.find((channel) => channel.id === row.id);
    const { name, topic, category, position, archived } = row;
    return {
      ...(known ?? { id: row.id, next: 0, pos: 0, read: 0, write: permissions.includes('messages.post') }),
      name,
      topic,
      category,
      position,
      private: row.private,
      archived,
      ...(archived ? { write: false } : {}),
    };
  });
  return {
    ...(before ?? { members: 1, pos: 0, nextMember: 0 }),
    id,
    slug: community.slug,
    name: community.name,
    description: community.description,
    archived: community.archived,
    leaseDays: community.leaseDays,
    role: member.role,
    rank: role?.rank ?? before?.rank ?? 0,
    permissions,
    roles,
    categories: rows<CategoryPlace>(records, 'category', id).map(({ id: category, name, position }) => ({
      id: category,
      name,
      position,
    })),
    channels,
  };
}

const ROW_KINDS = ['community', 'channel', 'category', 'role', 'member'];

/** Places with what waits applied; the very same object when nothing in the outbox touches them. */
export function predictPlaces(places: Places, records: OverlayRecords): Places {
  const touched = new Set(
    records.touched.filter((touch) => ROW_KINDS.includes(touch.kind)).map((touch) => touch.owner),
  );
  if (touched.size === 0) return places;
  const known = places.communities.map((community) => community.id);
  const communities = [...known, ...[...touched].filter((id) => !known.includes(id))]
    .map((id) => {
      const before = places.communities.find((community) => community.id === id);
      return before && !touched.has(id) ? before : predictCommunity(id, before, records, places.user);
    })
    .filter((community) => community !== null);
  return { ...places, communities };
}
