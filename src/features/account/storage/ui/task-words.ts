import FolderCog from '@lucide/svelte/icons/folder-cog';
import Hash from '@lucide/svelte/icons/hash';
import Link from '@lucide/svelte/icons/link';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Pencil from '@lucide/svelte/icons/pencil';
import Smile from '@lucide/svelte/icons/smile';
import Trash from '@lucide/svelte/icons/trash-2';
import Users from '@lucide/svelte/icons/users';
import type { IconDrawing } from '#design/icons/types.ts';
import type { OutboxItem } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';

interface TaskWords {
  icon: IconDrawing;
  /** What it is and where it goes: `Message to #general`. */
  about: string;
}

const tasks: Record<string, (place: string) => TaskWords> = {
  'message.post': (place) => ({ icon: MessageSquare, about: m.storage_message({ place }) }),
  'message.edit': (place) => ({ icon: Pencil, about: m.storage_edit({ place }) }),
  'message.delete': (place) => ({ icon: Trash, about: m.storage_deletion({ place }) }),
  'reaction.add': (place) => ({ icon: Smile, about: m.storage_reaction({ place }) }),
  'reaction.remove': (place) => ({ icon: Smile, about: m.storage_reaction_removed({ place }) }),
  'channel.create': (place) => ({ icon: Hash, about: m.storage_channel_new({ place }) }),
  'channel.change': (place) => ({ icon: Hash, about: m.storage_channel_change({ place }) }),
  'community.create': (place) => ({ icon: FolderCog, about: m.storage_community_new({ place }) }),
  'community.change': (place) => ({ icon: FolderCog, about: m.storage_community_change({ place }) }),
};

/** How something in the outbox is called for people. */
export function taskWords(item: Pick<OutboxItem, 'name' | 'args' | 'place'>): TaskWords {
  const known = tasks[item.name];
  const inChannel = 'channel' in item.args || item.name === 'channel.create';
  if (known) return known(inChannel ? `#${item.place}` : item.place);
  if (item.name.startsWith('invite.')) return { icon: Link, about: m.storage_invite({ place: item.place }) };
  if (
    item.name.startsWith('member.') ||
    item.name.startsWith('role.') ||
    item.name === 'channel.admit' ||
    item.name === 'channel.expel'
  )
    return { icon: Users, about: m.storage_member({ place: item.place }) };
  return { icon: FolderCog, about: m.storage_change({ place: item.place }) };
}
