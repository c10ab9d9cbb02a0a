export { inviteIsValid } from './invites.ts';
export { registerInvitesApi } from './invites-api.ts';
export { registerMembersApi } from './members-api.ts';
