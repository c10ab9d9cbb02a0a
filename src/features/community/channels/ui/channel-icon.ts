import Archive from '@lucide/svelte/icons/archive';
import Hash from '@lucide/svelte/icons/hash';
import Lock from '@lucide/svelte/icons/lock';
import type { IconDrawing } from '#design/icons/types.ts';
import type { ChannelPlace } from '#kernel/places.ts';

/** The sign before a channel's name: who may come in matters most. */
export function channelIcon(channel: Pick<ChannelPlace, 'private' | 'archived'>): IconDrawing {
  if (channel.archived) return Archive;
  return channel.private ? Lock : Hash;
}
