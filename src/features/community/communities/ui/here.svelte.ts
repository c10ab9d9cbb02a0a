import { MediaQuery } from 'svelte/reactivity';

const KEY = 'hearth.here';

/** Where somebody was last in each community, so that the rail leads back there. Of this device; harmless to lose. */
let places = $state<Record<string, string>>(read());

function read(): Record<string, string> {
  const text = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY);
  const value: unknown = text ? JSON.parse(text) : {};
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}

export const lastChannel = (community: string): string | undefined => places[community];

export function rememberChannel(community: string, channel: string): void {
  if (places[community] === channel && places['last'] === community) return;
  // The one opened last goes to the end: the phone's Channels tab leads to it.
  places = { ...places, [community]: channel, last: community };
  localStorage.setItem(KEY, JSON.stringify(places));
}

export const lastCommunity = (): string | undefined => places['last'];

/** Whether one pane fills the screen. */
export const phone = new MediaQuery('max-width: 719.98px', false);
