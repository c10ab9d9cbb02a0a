import type { Slice } from '#kernel/registry.ts';
import { Category, Channel, channelDocument } from './channels.records.ts';
import { changeCommunity, createCommunity } from './communities.commands.ts';
import { Community } from './communities.records.ts';
import { Invite } from './invites.records.ts';
import { Member, membersDocument } from './members.records.ts';
import { Role } from './roles.records.ts';

export { checkMembership, checkWriting, grants, holds, opens } from './access.policy.ts';
export {
  Category,
  Channel,
  channelDocument,
  channelName,
  type CategoryRecord,
  type ChannelRecord,
} from './channels.records.ts';
export { changeCommunity, CommunityChanged, CommunityCreated, createCommunity } from './communities.commands.ts';
export { Community, slug, type CommunityRecord } from './communities.records.ts';
export { slugOf, slugsFrom } from './slug-of.ts';
export { Invite, type InviteRecord } from './invites.records.ts';
export { Member, membersDocument, PublicMember, UNPLACED, type MemberRecord } from './members.records.ts';
export { guardSubject, rankOf } from './ranks.policy.ts';
export { MEMBER, OWNER, PERMISSIONS, Role, STARTING_ROLES, type Permission, type RoleRecord } from './roles.records.ts';

/** The facts of a community and who may open what; channels, members and roles change them. */
export const communities: Slice = {
  name: 'communities',
  documents: [channelDocument, membersDocument],
  records: [Community, Role, Category, Channel, Member, Invite],
  commands: [createCommunity, changeCommunity],
};
