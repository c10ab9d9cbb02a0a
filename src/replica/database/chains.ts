import type { ChainName } from './rows.ts';

export const channelChain = (channel: string): ChainName => `channel/${channel}`;
export const membersChain = (community: string): ChainName => `members/${community}`;
