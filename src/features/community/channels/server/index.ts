export { registerChannelMembersApi } from './channel-members-api.ts';
