import type { Actor } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { RecordKind } from '#kernel/records.ts';
import type { Registry } from '#kernel/registry.ts';
import type { ViewMessage, ViewReaction } from '../api.ts';
import type { ChunkRow, OutboxRow, Person, StoredReaction, StoredRecord } from '../database/rows.ts';
import type { Ground, Touched } from '../overlay/overlay-records.ts';
import { PlacesGround } from '../overlay/places-ground.ts';
import { predict } from '../overlay/predict.ts';

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
  readonly #channel: string;
  readonly #account: string;
  readonly #byId = new Map<string, Standing>();
  readonly #order: Standing[] = [];

  constructor(channel: string, account: string, chunks: readonly ChunkRow[]) {
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
  registry: Registry | null;
  chunks: readonly ChunkRow[];
  /** The outbox rows of this channel. */
  rows: readonly OutboxRow[];
  /** Whether the window reaches the newest: what waits stands there. */
  atEnd: boolean;
  snippets: ReadonlyMap<string, Snippet>;
  /** What was composed before: unchanged messages stay the same objects. */
  before: ReadonlyMap<string, ViewMessage>;
  /** What stands for a record that nothing waits on, as long as its chunk is not read again. */
  settled: WeakMap<StoredRecord, ViewMessage>;
}

interface Overlaid {
  changed: ReadonlyMap<string, unknown>;
  reactions: Map<string, { emoji: string; mine: boolean }[]>;
  rows: Map<string, OutboxRow>;
  added: StoredRecord[];
}

const nothingOverlaid: Overlaid = { changed: new Map(), reactions: new Map(), rows: new Map(), added: [] };

/** The kinds of records of a channel's chain. */
function kindsOf(registry: Registry): { chain: string; keyed: string } {
  const kinds = [...registry.records.values()] as RecordKind<unknown>[];
  const named = (storage: string): string =>
    kinds.find((kind) => kind.storage === storage && kind.chain === 'channel')?.kind ?? '';
  return { chain: named('chain'), keyed: named('keyed') };
}

function overlay({ channel, actor, places, registry, rows }: Composition, ground: WindowGround): Overlaid {
  // A post whose record has arrived is there already, whatever its receipt does.
  const open = rows.filter(({ id }) => !ground.standing(id));
  if (!registry || !places || open.length === 0) return nothingOverlaid;
  const kinds = kindsOf(registry);
  const { records, commands } = predict(open, registry, new PlacesGround(places, ground), actor);
  const changed = records.changes(kinds.chain, channel);
  const shown = new Map<string, OutboxRow>();
  for (const { row, touched } of commands) {
    for (const touch of touched) if (showsOn(touch, row, kinds.chain)) shown.set(touch.id, row);
  }
  const reactions = new Map<string, { emoji: string; mine: boolean }[]>();
  for (const [key, value] of records.changes(kinds.keyed, channel)) {
    const [message = '', emoji = ''] = key.split(' ');
    reactions.set(message, [...(reactions.get(message) ?? []), { emoji, mine: value !== undefined }]);
  }
  const added = [...changed]
    .filter(([id, record]) => record !== undefined && !ground.standing(id))
    .map(([, record]) => record as StoredRecord);
  return { changed, reactions, rows: shown, added };
}

/** Whether a command's state shows on a message: of a refused deletion it does not, the message simply stands. */
const showsOn = (touch: Touched, row: OutboxRow, kind: string): boolean =>
  touch.kind === kind && !(row.state === 'refused' && touch.how === 'remove');

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
    ...(row?.refusal ? { refusal: row.refusal } : {}),
    ...(row?.waitUntil ? { waitUntil: row.waitUntil } : {}),
  };
}

/** What a window shows: confirmed messages with what waits applied (O3), pending and refused posts at the end. */
export function composeMessages(input: Composition): ViewMessage[] {
  const ground = new WindowGround(input.channel, input.actor.user, input.chunks);
  const overlaid = overlay(input, ground);
  const messages: ViewMessage[] = [];
  const same = (message: ViewMessage): ViewMessage => {
    const before = input.before.get(message.id);
    return before && JSON.stringify(before) === JSON.stringify(message) ? before : message;
  };
  for (const standing of ground.order) {
    const { record } = standing;
    const { id } = record;
    const plain =
      !record['reply'] && !overlaid.changed.has(id) && !overlaid.rows.has(id) && !overlaid.reactions.has(id);
    const settled = plain ? input.settled.get(record) : undefined;
    const changed = overlaid.changed.has(id) ? (overlaid.changed.get(id) as StoredRecord | undefined) : record;
    if (!changed) continue;
    const message = settled ?? same(viewOf(changed, standing, ground, overlaid, input));
    if (plain) input.settled.set(record, message);
    messages.push(message);
  }
  if (input.atEnd)
    messages.push(...overlaid.added.map((record) => same(viewOf(record, undefined, ground, overlaid, input))));
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
