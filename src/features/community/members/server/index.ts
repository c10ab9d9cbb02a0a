import type { ServerSlice } from '#kernel/registry.ts';
import { names } from './names.ts';

export { inviteIsValid } from './invites.ts';
export { registerInvitesApi } from './invites-api.ts';
export { registerMembersApi } from './members-api.ts';
export { findFormerAppearances, findStaleMembers, NAMES } from './names.ts';

export const membersServer: ServerSlice = { name: 'members', subscribers: [names] };
