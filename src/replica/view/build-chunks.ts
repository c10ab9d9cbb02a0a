import { CHUNK, chunkOf, SEGMENT } from '#kernel/records.ts';
import type { ChunkRow, Person, StoredReaction, StoredRecord } from '../database/rows.ts';

/** Raised whenever a chunk is built differently: rows of another version are built again. */
export const BUILT = 1;

/** How many names stand beside a reaction. */
const NAMES = 8;

/** What a segment's document holds (D2), as plain data. */
export interface SegmentContent {
  records: StoredRecord[];
  people: Record<string, Person>;
  /** `message emoji person` → `{ at }`, or `message emoji #` → `{ count }`. */
  reactions: Iterable<[key: string, value: { at?: number; count?: number }]>;
}

interface Heap {
  emoji: string;
  counted: number | null;
  first: number;
  by: { person: string; at: number }[];
}

/** Reactions by message and emoji: the emoji used first comes first, and so do the people. */
export function groupReactions(content: SegmentContent, account: string): Map<string, StoredReaction[]> {
  const messages = new Map<string, Map<string, Heap>>();
  for (const [key, { at = 0, count }] of content.reactions) {
    const [message = '', emoji = '', person = ''] = key.split(' ');
    const heaps = messages.get(message) ?? new Map<string, Heap>();
    const heap = heaps.get(emoji) ?? { emoji, counted: null, first: Infinity, by: [] };
    if (person === '#') heap.counted = count ?? 0;
    else heap.by.push({ person, at });
    if (person !== '#') heap.first = Math.min(heap.first, at);
    messages.set(message, heaps.set(emoji, heap));
  }
  return new Map(
    [...messages].map(([message, heaps]) => [
      message,
      [...heaps.values()].sort(byFirst).map((heap) => show(heap, content, account)),
    ]),
  );
}

const byFirst = (a: Heap, b: Heap): number => (a.first === b.first ? (a.emoji < b.emoji ? -1 : 1) : a.first - b.first);

function show(heap: Heap, content: SegmentContent, account: string): StoredReaction {
  const by = heap.by.sort((a, b) => a.at - b.at || (a.person < b.person ? -1 : 1));
  return {
    emoji: heap.emoji,
    count: Math.max(heap.counted ?? 0, by.length),
    mine: by.some(({ person }) => person === account),
    names: by.slice(0, NAMES).flatMap(({ person }) => content.people[person]?.name ?? []),
  };
}

/** Every text a record holds, one level deep: the ids of people stand among them. */
export function namedIn(record: StoredRecord): string[] {
  return Object.values(record)
    .flatMap((value) => (value && typeof value === 'object' ? Object.values(value) : [value]))
    .filter((value) => typeof value === 'string');
}

/** The people whom records name. */
function peopleOf(records: StoredRecord[], people: Record<string, Person>): Record<string, Person> {
  const found: Record<string, Person> = {};
  for (const id of records.flatMap(namedIn)) {
    // Texts come through here as well: `constructor` is one, and nobody.
    const person = Object.hasOwn(people, id) ? people[id] : undefined;
    if (person) found[id] = person;
  }
  return found;
}

/**
 * The view rows of a segment. Rows stand for every chunk up to the last record, also where all was deleted, so that a
 * missing row always means "not on this device".
 * @param upTo the `no` after the last one that ever stood here
 * @param only builds just these chunks
 */
export function buildChunks(
  chain: string,
  n: number,
  content: SegmentContent,
  account: string,
  upTo: number,
  only?: ReadonlySet<number>,
): ChunkRow[] {
  const first = (n * SEGMENT) / CHUNK;
  const count = Math.max(1, Math.ceil(upTo / CHUNK) - first);
  const byChunk = Array.from({ length: count }, (): StoredRecord[] => []);
  for (const record of content.records) byChunk[chunkOf(record.no) - first]?.push(record);
  const reactions = groupReactions(content, account);
  return byChunk.flatMap((records, index) => {
    const chunk = first + index;
    if (only && !only.has(chunk)) return [];
    const shown = records.flatMap((record) => {
      const of = reactions.get(record.id);
      return of ? [[record.id, of] as const] : [];
    });
    return [
      {
        chain,
        chunk,
        built: BUILT,
        records,
        people: peopleOf(records, content.people),
        reactions: Object.fromEntries(shown),
      },
    ];
  });
}
