import type { Actor } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { Registry } from '#kernel/registry.ts';
import type { ViewMessage, ViewReaction } from '../api.ts';
import {
  NOT_KEPT,
  type ChunkRow,
  type OutboxRow,
  type Person,
  type StoredReaction,
  type StoredRecord,
} from '../database/rows.ts';
import type { Ground } from '../overlay/overlay-records.ts';
import type { Prediction } from '../overlay/predict.ts';

/** The version of messages this app can show. */
const KNOWN_VERSION = 1;

/** What a message answers, when that is not in the window: null when erased or not kept. */
export interface Snippet {
  name: string;
  text: string | null;
}

interface Standing {
  record: StoredRecord;
  people: Record<string, Person>;
  reactions: StoredReaction[];
}

const NONE: StoredReaction[] = [];

/** The confirmed records of a window. */
export class WindowGround implements Ground {
  readonly chunks: readonly ChunkRow[];
  readonly #channel: string;
  readonly #account: string;
  readonly #byId = new Map<string, Standing>();
  readonly #order: Standing[] = [];

  constructor(channel: string, account: string, chunks: readonly ChunkRow[]) {
    this.chunks = chunks;
    this.#channel = channel;
    this.#account = account;
    for (const { records, people, reactions } of chunks) {
      for (const record of records) {
        const standing = { record, people, reactions: reactions[record.id] ?? NONE };
        this.#byId.set(record.id, standing);
        this.#order.push(standing);
      }
    }
  }

  get order(): readonly Standing[] {
    return this.#order;
  }

  standing(id: string): Standing | undefined {
    return this.#byId.get(id);
  }

  get(kind: string, owner: string, id: string): unknown {
    if (owner !== this.#channel) return undefined;
    if (kind === 'message') return this.#byId.get(id)?.record;
    if (kind !== 'reaction') return undefined;
    const [message = '', emoji, person] = id.split(' ');
    const mine =
      person === this.#account && this.#byId.get(message)?.reactions.some((one) => one.emoji === emoji && one.mine);
    return mine ? { at: 0 } : undefined;
  }

  all(): { id: string; record: unknown }[] {
    return [];
  }
}

export interface Composition {
  channel: string;
  actor: Actor;
  places: Places | null;
  /** Applies what waits; null until it is loaded, which whoever has nothing waiting reads without. */
  overlay: Overlay | null;
  chunks: readonly ChunkRow[];
  /** The outbox rows of this channel. */
  rows: readonly OutboxRow[];
  /** Whether the window reaches the newest: what waits stands there. */
  atEnd: boolean;
  snippets: ReadonlyMap<string, Snippet>;
  /** Of the same window's last composition. */
  memory: Memory;
}

/** What one composition of a window leaves for the next: what did not change is not made again, and stays the same object. */
export interface Memory {
  messages: ReadonlyMap<string, ViewMessage>;
  /** What was made of a record, as long as that is not read again; `row` is what waited on it. */
  readonly settled: WeakMap<StoredRecord, { row: OutboxRow | undefined; message: ViewMessage }>;
  ground?: WindowGround;
  foreseen?: { registry: Registry; places: Places; prediction: Prediction };
}

export const createMemory = (): Memory => ({ messages: new Map(), settled: new WeakMap() });

/** What waits, applied to a window. */
export interface Overlaid {
  changed: ReadonlyMap<string, unknown>;
  reactions: Map<string, { emoji: string; mine: boolean }[]>;
  rows: Map<string, OutboxRow>;
  added: StoredRecord[];
}

export type Overlay = (input: Composition, places: Places, ground: WindowGround, open: OutboxRow[]) => Overlaid;

const nothingOverlaid: Overlaid = { changed: new Map(), reactions: new Map(), rows: new Map(), added: [] };

function overlayReactions(
  stored: readonly StoredReaction[],
  changes: readonly { emoji: string; mine: boolean }[],
  name: string,
): ViewReaction[] {
  const reactions: ViewReaction[] = stored.map((one) => ({ ...one }));
  for (const { emoji, mine } of changes) {
    const found = reactions.find((one) => one.emoji === emoji);
    if (found && found.mine !== mine) {
      found.mine = mine;
      found.count += mine ? 1 : -1;
      found.names = mine ? [...found.names, name] : found.names.filter((other) => other !== name);
    } else if (!found && mine) reactions.push({ emoji, count: 1, mine, names: [name] });
  }
  return reactions.filter(({ count }) => count > 0);
}

function firstLine(body: unknown): string {
  return String(body ?? '').split('\n', 1)[0] ?? '';
}

type Reply = { id: string; no: number; by: string };

function replyOf(
  reply: Reply,
  people: Record<string, Person>,
  ground: WindowGround,
  overlaid: Overlaid,
  input: Composition,
): NonNullable<ViewMessage['reply']> {
  const standing = ground.standing(reply.id);
  const removed = overlaid.changed.has(reply.id) && overlaid.changed.get(reply.id) === undefined;
  const record = (overlaid.changed.get(reply.id) as StoredRecord | undefined) ?? standing?.record;
  const snippet = input.snippets.get(reply.id);
  const own = reply.by === input.actor.user ? input.actor.name : undefined;
  const name = standing?.people[reply.by]?.name ?? people[reply.by]?.name ?? (snippet?.name || own) ?? '';
  const text = removed ? null : record ? firstLine(record['body']) : (snippet?.text ?? null);
  return { id: reply.id, no: reply.no < Number.MAX_SAFE_INTEGER - 1_000_000 ? reply.no : null, name, text };
}

function viewOf(
  record: StoredRecord,
  standing: Standing | undefined,
  ground: WindowGround,
  overlaid: Overlaid,
  input: Composition,
): ViewMessage {
  const people = standing?.people ?? {};
  const by = String(record['by'] ?? '');
  const mine = by === input.actor.user;
  const person =
    people[by] ??
    (mine ? { name: input.actor.name, ...(input.actor.picture ? { picture: input.actor.picture } : {}) } : undefined);
  const row = overlaid.rows.get(record.id);
  const reply = record['reply'] as Reply | undefined;
  const newer = (record.v ?? KNOWN_VERSION) > KNOWN_VERSION;
  return {
    id: record.id,
    no: standing ? record.no : null,
    by,
    name: person?.name ?? '',
    ...(person?.picture ? { picture: person.picture } : {}),
    at: Number(record['at'] ?? 0),
    ...(typeof record['writtenAt'] === 'number' ? { writtenAt: record['writtenAt'] } : {}),
    body: newer ? '' : String(record['body'] ?? ''),
    ...(newer ? { newer } : {}),
    ...(reply ? { reply: replyOf(reply, people, ground, overlaid, input) } : {}),
    ...(typeof record['editedAt'] === 'number' ? { editedAt: record['editedAt'] } : {}),
    reactions: overlayReactions(standing?.reactions ?? NONE, overlaid.reactions.get(record.id) ?? [], input.actor.name),
    mine,
    state: !row || row.state === 'accepted' ? 'sent' : row.state === 'refused' ? 'refused' : 'pending',
    ...(row && row.state !== 'accepted' ? { command: row.id } : {}),
    ...(row?.order === NOT_KEPT ? { keeping: true as const } : {}),
    ...(row?.refusal ? { refusal: row.refusal } : {}),
    ...(row?.waitUntil ? { waitUntil: row.waitUntil } : {}),
  };
}

/** What a window shows: confirmed messages with what waits applied (O3), pending and refused posts at the end. */
export function composeMessages(input: Composition): ViewMessage[] {
  const { memory } = input;
  const ground =
    memory.ground?.chunks === input.chunks
      ? memory.ground
      : new WindowGround(input.channel, input.actor.user, input.chunks);
  // A post whose record has arrived is there already, whatever its receipt does.
  const open = input.rows.filter(({ id }) => !ground.standing(id));
  const { overlay, places } = input;
  const overlaid = overlay && places && open.length > 0 ? overlay(input, places, ground, open) : nothingOverlaid;
  memory.ground = ground;
  const shownAs = (record: StoredRecord, standing: Standing | undefined): ViewMessage => {
    const row = overlaid.rows.get(record.id);
    // What it answers, and what waits to be added to its reactions, changes without it.
    const alone = !record['reply'] && !overlaid.reactions.has(record.id);
    const settled = alone ? memory.settled.get(record) : undefined;
    if (settled && settled.row === row) return settled.message;
    const made = viewOf(record, standing, ground, overlaid, input);
    const before = memory.messages.get(made.id);
    const message = before && JSON.stringify(before) === JSON.stringify(made) ? before : made;
    if (alone) memory.settled.set(record, { row, message });
    return message;
  };
  const messages: ViewMessage[] = [];
  for (const standing of ground.order) {
    const { record } = standing;
    const changed = overlaid.changed.has(record.id) ? overlaid.changed.get(record.id) : record;
    if (changed) messages.push(shownAs(changed as StoredRecord, standing));
  }
  if (input.atEnd) messages.push(...overlaid.added.map((record) => shownAs(record, undefined)));
  memory.messages = new Map(messages.map((message) => [message.id, message]));
  return messages;
}

/** Answered messages whose text is not in the window. */
export function wantedSnippets(chunks: readonly ChunkRow[], known: ReadonlyMap<string, Snippet>): Reply[] {
  const inside = new Set(chunks.flatMap(({ records }) => records.map(({ id }) => id)));
  return chunks.flatMap(({ records }) =>
    records.flatMap((record) => {
      const reply = record['reply'] as Reply | undefined;
      return reply && !inside.has(reply.id) && !known.has(reply.id) ? [reply] : [];
    }),
  );
}

/** What a chunk says about an answered message. */
export function snippetFrom(reply: Reply, chunk: ChunkRow | undefined): Snippet {
  const record = chunk?.records.find(({ id }) => id === reply.id);
  return { name: chunk?.people[reply.by]?.name ?? '', text: record ? firstLine(record['body']) : null };
}
