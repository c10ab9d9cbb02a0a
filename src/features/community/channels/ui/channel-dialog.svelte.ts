import type { CategoryPlace, ChannelPlace, CommunityPlace } from '#kernel/places.ts';

/** What can be made or changed about the places of a community. */
export type ChannelTask =
  | { do: 'create'; community: CommunityPlace; category: string | null }
  | { do: 'change'; community: CommunityPlace; channel: ChannelPlace }
  | { do: 'people'; community: CommunityPlace; channel: ChannelPlace }
  | { do: 'category'; community: CommunityPlace; category: CategoryPlace | null };

let task = $state.raw<ChannelTask | null>(null);

/** The one dialog about channels that may be open; its code comes when it is first asked for. */
export const channelDialog = {
  get task(): ChannelTask | null {
    return task;
  },
  get open(): boolean {
    return task !== null;
  },
  ask(next: ChannelTask): void {
    task = next;
  },
  close(): void {
    task = null;
  },
};
