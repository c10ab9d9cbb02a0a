import { MediaQuery } from 'svelte/reactivity';

/** Where somebody was last, by community, and in which community. Of this device; harmless to lose. */
interface Here {
  last?: string;
  channels: Record<string, string>;
}

const keyOf = (account: string) => `hearth.here.${account}`;

/** So that the rail leads back to where one was, and the phone's Channels to the community one was in. */
export class LastPlaces {
  #here = $state.raw<Here>({ channels: {} });
  readonly #key: string;

  constructor(account: string) {
    this.#key = keyOf(account);
    const text = localStorage.getItem(this.#key);
    if (text) this.#here = JSON.parse(text) as Here;
  }

  get community(): string | undefined {
    return this.#here.last;
  }

  channelOf(community: string): string | undefined {
    return this.#here.channels[community];
  }

  remember(community: string, channel: string): void {
    if (this.#here.last === community && this.#here.channels[community] === channel) return;
    this.#here = { last: community, channels: { ...this.#here.channels, [community]: channel } };
    localStorage.setItem(this.#key, JSON.stringify(this.#here));
  }
}

export const forgetLastPlaces = (account: string): void => localStorage.removeItem(keyOf(account));

/** Whether one pane fills the screen. */
export const phone = new MediaQuery('max-width: 719.98px', false);
