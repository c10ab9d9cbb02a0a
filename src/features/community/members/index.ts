import type { Slice } from '#kernel/registry.ts';
import { createInvite, revokeInvite } from './invites.commands.ts';
import {
  banMember,
  joinCommunity,
  kickMember,
  leaveCommunity,
  refreshMember,
  unbanMember,
} from './members.commands.ts';
import { showPerson } from './people.commands.ts';

export * from './invites.commands.ts';
export * from './members.commands.ts';
export { showPerson } from './people.commands.ts';

export const members: Slice = {
  name: 'members',
  commands: [
    joinCommunity,
    leaveCommunity,
    kickMember,
    banMember,
    unbanMember,
    refreshMember,
    showPerson,
    createInvite,
    revokeInvite,
  ],
};
