import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';

export function buildChannelPlace(overrides: Partial<ChannelPlace> = {}): ChannelPlace {
  return {
    id: 'general',
    name: 'general',
    topic: '',
    category: null,
    position: 0,
    private: false,
    archived: false,
    next: 0,
    pos: 0,
    read: 0,
    write: true,
    ...overrides,
  };
}

/** The garden, with one channel, as a member sees it. */
export function buildCommunityPlace(overrides: Partial<CommunityPlace> = {}): CommunityPlace {
  return {
    id: 'garden',
    slug: 'garden',
    name: 'Garden',
    description: '',
    archived: false,
    members: 2,
    pos: 0,
    nextMember: 2,
    role: 'member',
    rank: 20,
    permissions: ['messages.post', 'messages.react'],
    roles: [
      {
        id: 'owner',
        name: 'Owner',
        rank: 100,
        permissions: ['messages.post', 'messages.react', 'channels.manage', 'messages.moderate'],
      },
      { id: 'member', name: 'Member', rank: 20, permissions: ['messages.post', 'messages.react'] },
    ],
    categories: [],
    channels: [buildChannelPlace()],
    leaseDays: 90,
    ...overrides,
  };
}

/** What Ada sees. */
export function buildPlaces(overrides: Partial<Places> = {}): Places {
  return {
    version: 1,
    epoch: 'first',
    user: { id: '01J00000000000000000000000', name: 'Ada', operator: false },
    communities: [buildCommunityPlace()],
    ...overrides,
  };
}
