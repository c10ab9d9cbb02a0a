import { segmentOf } from '#kernel/records.ts';
import type { CatchupRequest } from '#kernel/wire.ts';
import type { DeviceDatabase } from '../../database/database.ts';
import type { ChainName, ChainRow } from '../../database/rows.ts';
import { splitName, type Documents } from '../documents/documents.ts';
import { readFrames, type Frame } from '../frames.ts';
import { bytesOf, request } from '../http.ts';

/** Bytes of one answer. */
const BUDGET = 1_000_000;

/** What is asked of one chain. */
export type Wanted = CatchupRequest['chains'][number];

/** What a device could have of a chain. */
export interface ChainHead {
  chain: ChainName;
  /** The position of its last change. */
  pos: number;
  next: number;
}

/** What to ask for a chain; undefined when there is nothing to get. */
export function wantedOf(head: ChainHead, row: ChainRow | undefined): Wanted | undefined {
  const [chain = '', owner = ''] = head.chain.split('/');
  if (!row || row.segments.length === 0) {
    if (head.next === 0) return undefined;
    return { chain, owner, pos: 0, segments: [segmentOf(head.next - 1)] };
  }
  if (row.pos >= head.pos) return undefined;
  return { chain, owner, pos: row.pos, from: Math.min(...row.segments.map(({ n }) => n)) };
}

export interface CatchupTools {
  db: DeviceDatabase;
  documents: Documents;
  epoch(): string | null;
  head(chain: ChainName): ChainHead | undefined;
  /** A document that the socket keeps current: what the log says of it is known already, and a snapshot may be older. */
  isLive(document: string): boolean;
  onClosed(chain: ChainName): Promise<void>;
  /** After every part that was written. */
  onProgress(): Promise<void>;
}

/** Which frames of an answer are for this device. */
interface Reading {
  /** Segments asked for by number. */
  asked: ReadonlySet<string>;
  /** Chains the device follows: updates of segments it has, and everything of segments begun since. */
  followed: ReadonlyMap<ChainName, { held: ReadonlySet<number>; highest: number }>;
  /** Segments that arrive in parts and are shown only when the chain is done. */
  arriving: Map<ChainName, Set<string>>;
  reached: Map<ChainName, number>;
  /** Where the server said each chain stood before it was asked: its answer holds at least that. */
  told: ReadonlyMap<ChainName, number>;
}

/** Brings chains up to date by `POST /api/catchup`, in as many answers as the budget needs. */
export async function catchUp(tools: CatchupTools, wanted: Wanted[], signal: AbortSignal): Promise<void> {
  const reading = await beginReading(tools, wanted);
  let left = wanted;
  while (left.length > 0) {
    const body: CatchupRequest = { epoch: tools.epoch(), chains: left, budget: BUDGET };
    const { frames } = readFrames(await bytesOf(await request('/api/catchup', body, signal)));
    if (signal.aborted) return;
    const settled = new Set<ChainName>();
    for (const frame of frames) {
      if (frame.what === 'done' || frame.what === 'closed') settled.add(frame.chain);
      await take(tools, reading, frame);
    }
    await tools.documents.flush();
    await tools.onProgress();
    if (!frames.some(({ what }) => what === 'more')) return;
    const before = left;
    left = left
      .filter(({ chain, owner }) => !settled.has(`${chain}/${owner}`))
      .map((one) => ({ ...one, pos: Math.max(one.pos, reading.reached.get(`${one.chain}/${one.owner}`) ?? 0) }));
    // An answer that brought nothing would be asked for again for ever.
    if (JSON.stringify(before) === JSON.stringify(left)) throw new TypeError('catch-up does not move on');
  }
}

async function beginReading({ db, head }: CatchupTools, wanted: Wanted[]): Promise<Reading> {
  const asked = new Set<string>();
  const followed = new Map<ChainName, { held: ReadonlySet<number>; highest: number }>();
  const told = new Map<ChainName, number>();
  for (const { chain, owner, segments } of wanted) {
    const name = `${chain}/${owner}`;
    told.set(name, head(name)?.pos ?? 0);
    for (const n of segments ?? []) asked.add(`${name}/${n}`);
    if (segments) continue;
    const held = new Set((await db.chains.get(name))?.segments.map(({ n }) => n));
    followed.set(name, { held, highest: Math.max(-1, ...held) });
  }
  return { asked, followed, arriving: new Map(), reached: new Map(), told };
}

async function take(tools: CatchupTools, reading: Reading, frame: Frame): Promise<void> {
  const { documents } = tools;
  switch (frame.what) {
    case 'update':
    case 'snapshot': {
      const { chain, n } = splitName(frame.document);
      reading.reached.set(chain, Math.max(reading.reached.get(chain) ?? 0, frame.pos));
      const followed = reading.followed.get(chain);
      // Updates alone of a segment this device never had would be a document with holes.
      const isOurs = reading.asked.has(frame.document) || (followed && (followed.held.has(n) || n > followed.highest));
      if (!isOurs || tools.isLive(frame.document)) return;
      const document =
        frame.what === 'snapshot' ? documents.replace(frame.document) : await documents.open(frame.document);
      document.receive(frame.update);
      if (followed && !documents.isWhole(frame.document)) documents.markWhole(frame.document);
      if (!documents.isWhole(frame.document)) {
        const arriving = reading.arriving.get(chain) ?? new Set<string>();
        reading.arriving.set(chain, arriving.add(frame.document));
        documents.pin(frame.document);
      }
      return;
    }
    case 'done': {
      for (const name of reading.arriving.get(frame.chain) ?? []) {
        documents.markWhole(name);
        documents.unpin(name);
      }
      reading.arriving.delete(frame.chain);
      await reachDone(tools, reading, frame.chain, frame.pos);
      await documents.flush();
      return;
    }
    case 'closed':
      return tools.onClosed(frame.chain);
    case 'more':
      return;
  }
}

/**
 * Where a chain stands after an answer. Segments fetched by number say nothing of the others: they move the position only
 * when the device had nothing before, and back when they are behind it.
 */
async function reachDone(
  { db, documents }: CatchupTools,
  reading: Reading,
  chain: ChainName,
  last: number,
): Promise<void> {
  const pos = Math.max(last, reading.told.get(chain) ?? 0);
  if (reading.followed.has(chain)) return documents.reach(chain, pos);
  const row = await db.chains.get(chain);
  if (!row || row.segments.length === 0) documents.reach(chain, pos);
  else if (pos < row.pos) documents.reach(chain, pos);
}
