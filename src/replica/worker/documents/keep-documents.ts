import { chunkOf, SEGMENT } from '#kernel/records.ts';
import type { DeviceDatabase, Tables } from '../../database/database.ts';
import { withRoom, type Room } from '../../database/room.ts';
import { beginningWith } from '../../database/table.ts';
import type {
  ChainName,
  ChainRow,
  ChunkRow,
  KeptSegment,
  StoredRecord,
  TextRow,
  UpdateRow,
} from '../../database/rows.ts';
import { buildText } from '../../search/build-text.ts';
import { buildChunks, namedIn, type SegmentContent } from '../../view/build-chunks.ts';
import type { SegmentDocument } from './segment-document.ts';

/** Updates of one document are merged into its snapshot past this many. */
const MERGE_AT = 200;

export interface Written {
  chain: ChainName;
  chunks: number[];
  /** The `no` after the last record here. */
  next: number;
}

/** What is written of one document, made before the transaction starts: IndexedDB commits while one computes. */
interface Plan {
  document: SegmentDocument;
  snapshot: Uint8Array | null;
  updates: UpdateRow[];
  chunks: ChunkRow[];
  text: TextRow | null;
  kept: KeptSegment;
  next: number;
}

/** The chunks to build: null for all, undefined for none. */
function chunksToBuild({ changed }: SegmentDocument, content: SegmentContent): Set<number> | null | undefined {
  if (changed.chunks === 'all') return null;
  const chunks = new Set(changed.chunks);
  const { people, messages } = changed;
  if (people.size > 0) {
    for (const [key] of content.reactions) {
      const [message = '', , person = ''] = key.split(' ');
      if (people.has(person)) messages.add(message);
    }
  }
  const names = (record: StoredRecord): boolean => people.size > 0 && namedIn(record).some((id) => people.has(id));
  if (people.size > 0 || messages.size > 0) {
    for (const record of content.records) if (messages.has(record.id) || names(record)) chunks.add(chunkOf(record.no));
  }
  return chunks.size > 0 ? chunks : undefined;
}

function measure(document: SegmentDocument, content: SegmentContent, bytes: number): KeptSegment {
  const times = content.records.map((record) => Number(record['at'] ?? record['joinedAt'] ?? 0));
  // On the disk view and text together take about half of what the document takes: browsers compress them.
  return {
    n: document.n,
    bytes: Math.round(bytes * 1.5),
    records: times.length,
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
  };
}

function plan(document: SegmentDocument, account: string, known: ChainRow | undefined): Plan {
  const content = document.content();
  const merge = document.rewrite || document.rows === 0 || document.rows + document.pending.length > MERGE_AT;
  const snapshot = merge ? document.snapshot() : null;
  const build = chunksToBuild(document, content);
  const next = (content.records.at(-1)?.no ?? document.n * SEGMENT - 1) + 1;
  // Chunks whose last records were deleted are written empty: a stale row would keep the erased text.
  const upTo = Math.min(Math.max(next, known?.next ?? 0), (document.n + 1) * SEGMENT);
  return {
    document,
    snapshot,
    updates: merge
      ? []
      : document.pending.map((bytes, index) => ({ doc: document.name, seq: document.seq + index, bytes })),
    chunks:
      build === undefined ? [] : buildChunks(document.chain, document.n, content, account, upTo, build ?? undefined),
    text: document.changed.text ? buildText(document.chain, document.n, content) : null,
    kept: measure(document, content, snapshot?.length ?? document.bytes),
    next,
  };
}

export interface KeepOptions {
  account: string;
  room: Room;
  /** The community a chain belongs to, for a chain seen for the first time. */
  communityOf(chain: ChainName): string | undefined;
  /** Whether a segment is whole on the device once this is written. */
  isWhole(document: SegmentDocument): boolean;
}

/**
 * Writes documents with their view and text in one transaction: a reader sees either all of a change or nothing of it,
 * and an erased text leaves snapshot, view and search together (E1). Returns the chunks that changed.
 * @param positions chains whose position moves with this write
 */
export async function keepDocuments(
  db: DeviceDatabase,
  documents: SegmentDocument[],
  positions: ReadonlyMap<ChainName, number>,
  options: KeepOptions,
): Promise<Written[]> {
  const known = new Map(
    (await db.chains.getMany(documents.map(({ chain }) => chain))).flatMap((row) => (row ? [[row.chain, row]] : [])),
  );
  const plans = documents.map((document) => plan(document, options.account, known.get(document.chain)));
  // Updates that arrive while this is being written belong to the next write.
  for (const { document, snapshot, updates } of plans) {
    document.written(snapshot ? 1 : document.rows + updates.length, snapshot ? 0 : document.seq + updates.length);
    if (snapshot) document.bytes = snapshot.length;
  }
  try {
    await withRoom(db, options.room, () => write(db, plans, positions, options));
  } catch (error) {
    // Nothing of it is on the device: the next write starts from the whole document.
    for (const { document } of plans) {
      document.rows = 0;
      document.rebuild();
    }
    throw error;
  }
  return changedChunks(plans);
}

function write(
  db: DeviceDatabase,
  plans: Plan[],
  positions: ReadonlyMap<ChainName, number>,
  options: KeepOptions,
): Promise<void> {
  return db.transaction(['snapshots', 'updates', 'chunks', 'texts', 'chains'], async (tables) => {
    for (const { document, snapshot, updates, chunks, text } of plans) {
      if (snapshot) {
        await tables.snapshots.put({ doc: document.name, bytes: snapshot });
        await tables.updates.delete(beginningWith(document.name));
      }
      await tables.updates.putMany(updates);
      await tables.chunks.putMany(chunks);
      if (text) await tables.texts.put(text);
    }
    const chains = new Set([...plans.map(({ document }) => document.chain), ...positions.keys()]);
    for (const chain of chains) await keepChain(tables, chain, plans, positions.get(chain), options);
  });
}

async function keepChain(
  tables: Tables,
  chain: ChainName,
  plans: Plan[],
  pos: number | undefined,
  options: KeepOptions,
): Promise<void> {
  const community = options.communityOf(chain);
  const row: ChainRow | undefined =
    (await tables.chains.get(chain)) ?? (community ? { chain, community, pos: 0, next: 0, segments: [] } : undefined);
  if (!row) return;
  for (const { document, kept, next } of plans) {
    if (document.chain !== chain) continue;
    row.next = Math.max(row.next, next);
    const held = row.segments.some((segment) => segment.n === document.n);
    if (!held && !options.isWhole(document)) continue;
    row.segments = [...row.segments.filter((segment) => segment.n !== document.n), kept].sort((a, b) => a.n - b.n);
  }
  if (pos !== undefined) row.pos = pos;
  await tables.chains.put(row);
}

function changedChunks(plans: Plan[]): Written[] {
  const written = new Map<ChainName, Written>();
  for (const { document, chunks, next } of plans) {
    if (chunks.length === 0) continue;
    const { chain } = document;
    const before = written.get(chain) ?? { chain, chunks: [], next: 0 };
    const all = [...before.chunks, ...chunks.map((row) => row.chunk)];
    written.set(chain, { chain, chunks: all, next: Math.max(before.next, next) });
  }
  return [...written.values()];
}
