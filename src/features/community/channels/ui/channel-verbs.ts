import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Link from '@lucide/svelte/icons/link';
import LogOut from '@lucide/svelte/icons/log-out';
import Pencil from '@lucide/svelte/icons/pencil';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Users from '@lucide/svelte/icons/users';
import { goto } from '$app/navigation';
import type { MenuGroup } from '#design/menu/menu.ts';
import { toast } from '#design/toast/toast.ts';
import type { ChannelPlace, CommunityPlace } from '#kernel/places.ts';
import type { Replica } from '#replica/api.ts';
import * as m from '#paraglide/messages.js';
import { channelAddress, communityAddress, membersAddress } from '#features/community/communities/ui/index.ts';
import { archive } from './archive.ts';
import { channelDialog } from './channel-dialog.svelte.ts';
import { send } from './send.ts';

/** What one may do with a channel, for its menu. */
export function channelVerbs(replica: Replica, community: CommunityPlace, channel: ChannelPlace): MenuGroup[] {
  const place = { community: community.id, channel: channel.id };
  const manages = community.permissions.includes('channels.manage');
  const always: MenuGroup = [
    { label: m.channels_members(), icon: Users, onselect: () => void goto(membersAddress(community)) },
    {
      label: m.channels_copy_link(),
      icon: Link,
      onselect: () =>
        void navigator.clipboard
          .writeText(location.origin + channelAddress(community, channel.id))
          .then(() => toast(m.channels_link_copied())),
    },
  ];
  if (channel.private && !manages) {
    const leave = async () => {
      if (await send(replica, 'channel.expel', { ...place, user: replica.account.id }))
        await goto(communityAddress(community));
    };
    return [always, [{ label: m.channels_leave(), icon: LogOut, onselect: () => void leave() }]];
  }
  if (!manages) return [always];
  return [
    always,
    [
      {
        label: m.channels_change(),
        icon: Pencil,
        onselect: () => channelDialog.ask({ do: 'change', community, channel }),
      },
      ...(channel.private
        ? [
            {
              label: m.channels_people(),
              icon: UserPlus,
              onselect: () => channelDialog.ask({ do: 'people', community, channel }),
            },
          ]
        : []),
      {
        label: channel.archived ? m.channels_restore() : m.channels_archive(),
        icon: channel.archived ? ArchiveRestore : Archive,
        onselect: () => void archive(replica, place, !channel.archived, channel.name),
      },
    ],
  ];
}
