import type { CommunityPlace, RolePlace } from '#kernel/places.ts';
import * as m from '#paraglide/messages.js';

/** The names of STARTING_ROLES, said again here: their own module brings the rules along, which no list of people needs. */
const starting: Record<string, [born: string, name: () => string]> = {
  owner: ['Owner', m.roles_owner],
  admin: ['Admin', m.roles_admin],
  moderator: ['Moderator', m.roles_moderator],
  member: ['Member', m.roles_member],
};

/** A role's name for people: in their language while it is the one it was born with, else as the community calls it. */
export function roleName(role: Pick<RolePlace, 'id' | 'name'>): string {
  const [born, name] = starting[role.id] ?? [];
  return name && born === role.name ? name() : role.name;
}

export function roleOf(community: CommunityPlace, id: string): RolePlace | undefined {
  return community.roles.find((role) => role.id === id);
}
