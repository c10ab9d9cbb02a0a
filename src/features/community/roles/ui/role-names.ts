import type { CommunityPlace, RolePlace } from '#kernel/places.ts';
import * as m from '#paraglide/messages.js';
import { STARTING_ROLES } from '#features/community/communities/index.ts';

const starting: Record<string, () => string> = {
  owner: m.roles_owner,
  admin: m.roles_admin,
  moderator: m.roles_moderator,
  member: m.roles_member,
};

/** A role's name for people: in their language while it is the one it was born with, else as the community calls it. */
export function roleName(role: Pick<RolePlace, 'id' | 'name'>): string {
  const born = STARTING_ROLES.find((one) => one.id === role.id);
  return born?.name === role.name ? (starting[role.id]?.() ?? role.name) : role.name;
}

export function roleOf(community: CommunityPlace, id: string): RolePlace | undefined {
  return community.roles.find((role) => role.id === id);
}
