import FolderPlus from '@lucide/svelte/icons/folder-plus';
import Hash from '@lucide/svelte/icons/hash';
import LogOut from '@lucide/svelte/icons/log-out';
import Settings from '@lucide/svelte/icons/settings-2';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Users from '@lucide/svelte/icons/users';
import { goto } from '$app/navigation';
import type { MenuGroup } from '#design/menu/menu.ts';
import type { CommunityPlace } from '#kernel/places.ts';
import * as m from '#paraglide/messages.js';
import { communitySettingsAddress, membersAddress } from '#features/community/communities/ui/index.ts';
import { channelDialog } from './channel-dialog.svelte.ts';

/** What one may do with a community, for the menu at its name. `leave` asks first. */
export function communityVerbs(community: CommunityPlace, leave: () => void): MenuGroup[] {
  const may = (...permissions: string[]) =>
    permissions.some((permission) => community.permissions.includes(permission));
  const go = (address: string) => () => void goto(address);
  const settings = communitySettingsAddress(community);
  const people: MenuGroup = [{ label: m.channels_members(), icon: Users, onselect: go(membersAddress(community)) }];
  if (may('invites.create'))
    people.push({ label: m.channels_invite(), icon: UserPlus, onselect: go(`${settings}#invites`) });

  const managing: MenuGroup = [];
  if (may('channels.manage')) {
    const create = () => channelDialog.ask({ do: 'create', community, category: null });
    const group = () => channelDialog.ask({ do: 'category', community, category: null });
    managing.push({ label: m.channels_create(), icon: Hash, onselect: create });
    managing.push({ label: m.channels_category_create(), icon: FolderPlus, onselect: group });
  }
  if (may('community.manage', 'channels.manage', 'invites.create'))
    managing.push({ label: m.channels_settings(), icon: Settings, onselect: go(settings) });

  const leaving: MenuGroup =
    community.role === 'owner'
      ? []
      : [{ label: m.channels_leave_community(), icon: LogOut, danger: true, onselect: leave }];
  return [people, managing, leaving].filter((group) => group.length > 0);
}
