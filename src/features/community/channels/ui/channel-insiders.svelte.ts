import { SvelteMap } from 'svelte/reactivity';
import { call, failureWords } from '#features/account/identity/ui/index.ts';
import type { Replica } from '#replica/api.ts';

export interface Insider {
  id: string;
  name: string;
  picture?: string;
  role: string;
}

type Page = { members: Insider[]; next: string | null };

/** As many as one answer holds. */
const PAGE = 500;

/** Who was let into a private channel: what the server tells, and on top of it what oneself has just changed or still sends. */
export class ChannelInsiders {
  /** Why nobody knows who is in, in words. */
  trouble = $state<string>();
  readonly #replica: Replica;
  readonly #channel: string;
  #told = $state.raw<readonly Insider[]>();
  readonly #ids = $derived(Object.fromEntries((this.#told ?? []).map(({ id }) => [id, true])));
  /** By person: let in, or taken out, and not in what was told yet. */
  readonly #changed = new SvelteMap<string, boolean>();
  /** Only the last question counts. */
  #asking = 0;

  /** Create it while a component is made: it asks again once a change of one's own has arrived there. */
  constructor(replica: Replica, channel: string) {
    this.#replica = replica;
    this.#channel = channel;
    for (const { user, inside } of this.#underWay()) this.#changed.set(user, inside);
    let before = 0;
    $effect(() => {
      const under = this.#underWay().length;
      if (under < before) void this.ask();
      before = under;
    });
    void this.ask();
  }

  /** Whether it is known who is in. */
  get known(): boolean {
    return this.#told !== undefined;
  }

  /** Who is in and named by the server; somebody let in just now is named by the list of members. */
  get told(): Insider[] {
    return (this.#told ?? []).filter(({ id }) => this.has(id));
  }

  has(user: string): boolean {
    return this.#changed.get(user) ?? this.#ids[user] === true;
  }

  /** Shows a change before the server has it. */
  note(user: string, inside: boolean): void {
    this.#changed.set(user, inside);
  }

  async ask(): Promise<void> {
    const asking = ++this.#asking;
    this.trouble = undefined;
    try {
      const told: Insider[] = [];
      for (let after = ''; ;) {
        const query = `limit=${PAGE}${after && `&after=${encodeURIComponent(after)}`}`;
        const page = await call<Page>('GET', `/api/channels/${this.#channel}/members?${query}`);
        told.push(...page.members);
        if (page.next === null) break;
        after = page.next;
      }
      if (asking !== this.#asking) return;
      this.#told = told;
      this.#changed.clear();
      for (const { user, inside } of this.#underWay()) this.#changed.set(user, inside);
    } catch (error) {
      if (asking === this.#asking) this.trouble = failureWords(error);
    }
  }

  /** Changes of one's own that wait to be sent, in order. */
  #underWay(): { user: string; inside: boolean }[] {
    return this.#replica.outbox.items
      .filter(({ name, state, args }) => {
        const about = name === 'channel.admit' || name === 'channel.expel';
        return about && state !== 'refused' && args['channel'] === this.#channel;
      })
      .map(({ name, args }) => ({ user: String(args['user']), inside: name === 'channel.admit' }));
  }
}
