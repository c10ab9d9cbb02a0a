export {
  channelAddress,
  communityAddress,
  communitySettingsAddress,
  inviteAddress,
  inviteCodeIn,
  membersAddress,
} from './addresses.ts';
export { syncWords } from './sync-words.ts';
export { default as SyncFoot } from './SyncFoot.svelte';
export { unreadIn, isUnread, visibleChannels, channelGroups } from './unread.ts';
export { whenIdle } from './when-idle.ts';
