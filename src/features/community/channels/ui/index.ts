export { channelDialog } from './channel-dialog.svelte.ts';
export { default as ChannelDialogHost } from './ChannelDialogHost.svelte';
export { channelIcon } from './channel-icon.ts';
export { archive } from './archive.ts';
export { default as OrderChannels } from './OrderChannels.svelte';
export { default as ChannelPlaces } from './ChannelPlaces.svelte';
export { default as ChannelMenu } from './ChannelMenu.svelte';
export { drafts } from './drafts.svelte.ts';
export { send } from './send.ts';
