import type { DeviceDatabase } from '../../database/database.ts';
import { beginningWith } from '../../database/table.ts';
import type { Room } from '../../database/room.ts';
import type { ChainName } from '../../database/rows.ts';
import { keepDocuments, type Written } from './keep-documents.ts';
import { SegmentDocument } from './segment-document.ts';

/** Documents that are on no screen stay in memory for the next update while there are at most this many. */
const IDLE = 12;
/** Updates that come together are written together. Milliseconds. */
const GATHER = 12;

export interface DocumentsOptions {
  account: string;
  room: Room;
  communityOf(chain: ChainName): string | undefined;
  onWritten(written: Written[]): void;
  /** A write failed for good: the device is full, or its database is gone. */
  onTrouble(error: unknown): void;
}

export function splitName(name: string): { chain: ChainName; n: number } {
  const at = name.lastIndexOf('/');
  return { chain: name.slice(0, at), n: Number(name.slice(at + 1)) };
}

/** The documents the leader has in memory, and the one way they get onto the device. */
export class Documents {
  readonly #db: DeviceDatabase;
  readonly #options: DocumentsOptions;
  /** In order of use. */
  readonly #open = new Map<string, SegmentDocument>();
  readonly #pinned = new Set<string>();
  /** Documents that are complete as of some position; only these are written and shown. */
  readonly #whole = new Set<string>();
  readonly #positions = new Map<ChainName, number>();
  /** Being written: they stay in memory, or the next reader would find what was there before. */
  #leaving: SegmentDocument[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: DeviceDatabase, options: DocumentsOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** A segment's document with all the device has of it; empty when it has nothing. */
  async open(name: string): Promise<SegmentDocument> {
    const known = this.#open.get(name);
    if (known) {
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    const { chain, n } = splitName(name);
    const [snapshot, updates, row] = await Promise.all([
      this.#db.snapshots.get(name),
      this.#db.updates.getAll(beginningWith(name)),
      this.#db.chains.get(chain),
    ]);
    const raced = this.#open.get(name);
    if (raced) return raced;
    const document = new SegmentDocument(chain, n);
    const parts = [...(snapshot ? [snapshot.bytes] : []), ...updates.map(({ bytes }) => bytes)];
    document.restore(parts, parts.length, (updates.at(-1)?.seq ?? -1) + 1);
    if (row?.segments.some((segment) => segment.n === n)) this.#whole.add(name);
    this.#open.set(name, document);
    this.#trim();
    return document;
  }

  /** Starts a document anew: a snapshot of the server replaces what was here. */
  replace(name: string): SegmentDocument {
    const { chain, n } = splitName(name);
    this.#open.get(name)?.destroy();
    const document = new SegmentDocument(chain, n);
    document.rewrite = true;
    document.rebuild();
    this.#open.set(name, document);
    return document;
  }

  /** The document when it is in memory. */
  get(name: string): SegmentDocument | undefined {
    return this.#open.get(name);
  }

  pin(name: string): void {
    this.#pinned.add(name);
  }

  unpin(name: string): void {
    this.#pinned.delete(name);
    this.#trim();
  }

  markWhole(name: string): void {
    this.#whole.add(name);
  }

  isWhole(name: string): boolean {
    return this.#whole.has(name);
  }

  /** The position a chain reaches with the next write. */
  reach(chain: ChainName, pos: number): void {
    this.#positions.set(chain, pos);
  }

  schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), GATHER);
  }

  /** Writes everything that is whole. Resolves when it is on the device, or was reported as impossible. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Forgets chains whose copies left the device. */
  forget(isGone: (chain: ChainName) => boolean): void {
    for (const [name, document] of this.#open) {
      if (!isGone(document.chain)) continue;
      document.destroy();
      this.#open.delete(name);
    }
    for (const name of [...this.#whole]) if (isGone(splitName(name).chain)) this.#whole.delete(name);
    for (const chain of [...this.#positions.keys()]) if (isGone(chain)) this.#positions.delete(chain);
  }

  forgetSegment(name: string): void {
    this.#open.get(name)?.destroy();
    this.#open.delete(name);
    this.#whole.delete(name);
  }

  async #write(): Promise<void> {
    const { account, room, communityOf, onWritten, onTrouble } = this.#options;
    const dirty = [...this.#open.values()].filter(
      // What belongs to no place any more was closed to this person meanwhile: it must not reach the device.
      (document) => document.isDirty && this.#whole.has(document.name) && communityOf(document.chain) !== undefined,
    );
    const positions = new Map(this.#positions);
    if (dirty.length === 0 && positions.size === 0) return;
    this.#positions.clear();
    this.#leaving = dirty;
    try {
      const isWhole = (document: SegmentDocument): boolean => this.#whole.has(document.name);
      onWritten(await keepDocuments(this.#db, dirty, positions, { account, room, communityOf, isWhole }));
    } catch (error) {
      onTrouble(error);
    }
    this.#leaving = [];
    this.#trim();
  }

  #trim(): void {
    const idle = [...this.#open.values()].filter(
      (document) => !this.#pinned.has(document.name) && !document.isDirty && !this.#leaving.includes(document),
    );
    for (const document of idle.slice(0, Math.max(0, idle.length - IDLE))) {
      document.destroy();
      this.#open.delete(document.name);
    }
  }
}
