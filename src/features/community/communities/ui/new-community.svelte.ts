import { ulid } from '#kernel/ids.ts';
import * as m from '#paraglide/messages.js';

export interface NewChannel {
  id: string;
  name: string;
}

/** What the wizard has so far. Kept on the device as one goes, so that one may leave and come back. */
export interface NewCommunity {
  community: string;
  name: string;
  slug: string;
  /** Whether the address was typed by hand; until then it follows the name. */
  ownSlug: boolean;
  description: string;
  channels: NewChannel[];
}

const keyOf = (account: string) => `hearth.new-community.${account}`;

export function freshCommunity(): NewCommunity {
  const channels = [
    m.communities_channel_announcements(),
    m.communities_channel_general(),
    m.communities_channel_help(),
  ];
  return {
    community: ulid(),
    name: '',
    slug: '',
    ownSlug: false,
    description: '',
    channels: channels.map((name) => ({ id: ulid(), name })),
  };
}

export function keptCommunity(account: string): NewCommunity {
  const text = localStorage.getItem(keyOf(account));
  return text ? (JSON.parse(text) as NewCommunity) : freshCommunity();
}

export const keepCommunity = (account: string, draft: NewCommunity): void =>
  localStorage.setItem(keyOf(account), JSON.stringify(draft));

export const dropCommunity = (account: string): void => localStorage.removeItem(keyOf(account));
