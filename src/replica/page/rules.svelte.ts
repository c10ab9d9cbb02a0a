import type { Actor } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import type { NewOutboxRow } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import type { Draft } from '../outbox/make-row.ts';
import type { Ground } from '../overlay/overlay-records.ts';
import { PlacesGround, predictPlaces } from '../overlay/places-ground.ts';
import { definitionOf, predict } from '../overlay/predict.ts';
import { loadRules } from '../rules.ts';
import type { OpenView } from './host.ts';
import type * as ruling from './ruling.ts';

type Ruling = typeof ruling;

export interface PageRulesTools {
  actor: Actor;
  /** With what waits applied. */
  places(): Places | null;
  rows(): readonly OutboxRow[];
  /** The views on this page's screens: rules may ask for the records they show. */
  views: Iterable<OpenView>;
  /** They came, after the first paint: what is on the screen is predicted anew. */
  loaded(): void;
}

/** The slices' rules on a page: what they say of a command before it is sent, and what it will change. */
export class PageRules {
  registry = $state.raw<Registry | null>(null);
  #ruling: Ruling | null = null;
  readonly #tools: PageRulesTools;

  constructor(tools: PageRulesTools) {
    this.#tools = tools;
  }

  async load(): Promise<{ registry: Registry; ruling: Ruling }> {
    const registry = this.registry ?? (await loadRules());
    const ruling = (this.#ruling ??= await import('./ruling.ts'));
    if (!this.registry) {
      this.registry = registry;
      this.#tools.loaded();
    }
    return { registry, ruling };
  }

  /** What the rules say right now; undefined is a yes, also while they are not loaded. */
  judge(name: string, args: Record<string, unknown>): Refusal | undefined {
    const places = this.#tools.places();
    if (!this.registry || !this.#ruling || !places) return undefined;
    return this.#ruling.judge(this.registry, places, this.#onScreen(), this.#tools.actor, name, args);
  }

  /** Places with what waits in the outbox applied. */
  predict(places: Places): Places {
    const rows = this.#tools.rows().filter(({ seenIn, state }) => seenIn === 'places' && state !== 'refused');
    if (!this.registry || rows.length === 0) return places;
    return predictPlaces(places, predict(rows, this.registry, new PlacesGround(places), this.#tools.actor).records);
  }

  /** A row for a new command, with what it will change and where that will be seen. Throws `MalformedCommand`. */
  async makeRow(draft: Draft): Promise<NewOutboxRow> {
    const { registry, ruling } = await this.load();
    const row = ruling.makeRow(registry, draft, this.#tools.rows(), Date.now());
    Object.assign(row, ruling.effectOf(this.#touchedBy(registry, row as OutboxRow), row, draft.account));
    return Object.assign(row, this.#about(row));
  }

  /** A row's arguments with another text, or undefined when the command has none. */
  withText(row: OutboxRow, text: string): Record<string, unknown> | undefined {
    const definition = this.registry ? definitionOf(this.registry, row.envelope.name) : undefined;
    const field = Object.entries(row.envelope.args).find(([, value]) => row.text !== null && value === row.text)?.[0];
    if (!definition || field === undefined) return undefined;
    return definition.args.parse({ ...row.envelope.args, [field]: text }) as Record<string, unknown>;
  }

  /** Records on this page's screens, for rules about one of them. */
  #onScreen(): Ground {
    return {
      get: (kind, owner, id) => {
        for (const view of this.#tools.views) {
          const record = view.record(kind, owner, id);
          if (record) return record;
        }
        return undefined;
      },
      all: () => [],
    };
  }

  #touchedBy(registry: Registry, row: OutboxRow): ReturnType<typeof predict>['commands'][number]['touched'] {
    const places = this.#tools.places();
    if (!places) return [];
    const open = this.#tools.rows().filter((other) => other.channel === row.channel && other.state !== 'refused');
    // Hundreds of messages may wait in a channel; what this one touches depends on those it names alone.
    const named = new Set(row.envelope.after);
    const waiting = row.channel === null ? open : open.filter(({ id }) => named.has(id));
    const ground = new PlacesGround(places, this.#onScreen());
    const { commands } = predict([...waiting, row], registry, ground, this.#tools.actor);
    return commands.at(-1)?.touched ?? [];
  }

  /** Which record of a chain it changes, so that one can tell when the change has come back. */
  #about({ envelope, seenIn }: NewOutboxRow): { about?: number } {
    for (const view of this.#tools.views) {
      if (view.chain !== seenIn) continue;
      const [, owner = ''] = view.chain.split('/');
      for (const value of Object.values(envelope.args)) {
        if (typeof value !== 'string' || value === owner) continue;
        const no = (view.record('message', owner, value) ?? view.record('member', owner, value))?.no;
        if (no !== undefined) return { about: no };
      }
    }
    return {};
  }
}
