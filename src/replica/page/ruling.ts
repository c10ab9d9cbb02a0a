import type { Actor } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import type { NewOutboxRow } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import { effectOf, makeRow, type Draft } from '../outbox/make-row.ts';
import { judge } from '../overlay/judge.ts';
import type { Ground, Touched } from '../overlay/overlay-records.ts';
import { overlayBy } from '../overlay/overlay-window.ts';
import { PlacesGround, predictPlaces } from '../overlay/places-ground.ts';
import { definitionOf, predict } from '../overlay/predict.ts';
import type { Overlay } from '../view/compose.ts';
import type { OpenView } from './host.ts';

export interface RulingTools {
  actor: Actor;
  /** With what waits applied. */
  places(): Places | null;
  rows(): readonly OutboxRow[];
  /** The views on this page's screens: rules may ask for the records they show. */
  views: Iterable<OpenView>;
}

/** The slices' rules on a page: what they say of a command before it is sent, and what it will change. */
export class Ruling {
  readonly registry: Registry;
  readonly overlay: Overlay;
  readonly #tools: RulingTools;

  constructor(registry: Registry, tools: RulingTools) {
    this.registry = registry;
    this.overlay = overlayBy(registry);
    this.#tools = tools;
  }

  /** What the rules say right now; undefined is a yes. */
  judge(name: string, args: Record<string, unknown>): Refusal | undefined {
    const places = this.#tools.places();
    return places ? judge(this.registry, places, this.#onScreen(), this.#tools.actor, name, args) : undefined;
  }

  /** Places with what waits in the outbox applied. */
  predict(places: Places): Places {
    const rows = this.#tools.rows().filter(({ seenIn, state }) => seenIn === 'places' && state !== 'refused');
    if (rows.length === 0) return places;
    return predictPlaces(places, predict(rows, this.registry, new PlacesGround(places), this.#tools.actor).records);
  }

  /** A row for a new command, with what it will change and where that will be seen. Throws `MalformedCommand`. */
  makeRow(draft: Draft): NewOutboxRow {
    const row = makeRow(this.registry, draft, this.#tools.rows(), Date.now());
    Object.assign(row, effectOf(this.#touchedBy(row as OutboxRow), row, draft.account));
    return Object.assign(row, this.#about(row));
  }

  /** A row's arguments with another text, or undefined when the command has none. */
  withText(row: OutboxRow, text: string): Record<string, unknown> | undefined {
    const definition = definitionOf(this.registry, row.envelope.name);
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

  #touchedBy(row: OutboxRow): Touched[] {
    const places = this.#tools.places();
    if (!places) return [];
    const open = this.#tools.rows().filter((other) => other.channel === row.channel && other.state !== 'refused');
    // Hundreds of messages may wait in a channel; what this one touches depends on those it names alone.
    const named = new Set(row.envelope.after);
    const waiting = row.channel === null ? open : open.filter(({ id }) => named.has(id));
    const ground = new PlacesGround(places, this.#onScreen());
    const { commands } = predict([...waiting, row], this.registry, ground, this.#tools.actor);
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
