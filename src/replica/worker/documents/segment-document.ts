import * as Y from 'yjs';
import { chunkOf } from '#kernel/records.ts';
import type { Person, StoredRecord } from '../../database/rows.ts';
import type { SegmentContent } from '../../view/build-chunks.ts';

/** What of the view has to be built again. */
export interface Changed {
  chunks: Set<number> | 'all';
  /** Messages whose reactions changed. */
  messages: Set<string>;
  /** People who became known: what names them may be here already, when updates came out of order. */
  people: Set<string>;
  text: boolean;
}

const nothing = (): Changed => ({ chunks: new Set(), messages: new Set(), people: new Set(), text: false });

/** One segment's Yjs document in memory, and what in it has not been written to the device yet. */
export class SegmentDocument {
  readonly name: string;
  readonly chain: string;
  readonly n: number;
  readonly doc = new Y.Doc();
  /** Updates to be written. */
  pending: Uint8Array[] = [];
  /** Something was deleted or replaced: its text must not stay in older rows, so the snapshot is written anew (E1). */
  rewrite = false;
  changed = nothing();
  /** Rows of it on the device, the next key among its updates, and their bytes. */
  rows = 0;
  seq = 0;
  bytes = 0;

  readonly #records: Y.Array<StoredRecord>;
  readonly #people: Y.Map<Person>;
  readonly #reactions: Y.Map<{ at?: number; count?: number }>;
  readonly #meta: Y.Map<unknown>;

  constructor(chain: string, n: number) {
    this.name = `${chain}/${n}`;
    this.chain = chain;
    this.n = n;
    this.#records = this.doc.getArray('records');
    this.#people = this.doc.getMap('people');
    this.#reactions = this.doc.getMap('reactions');
    this.#meta = this.doc.getMap('meta');
    this.#records.observe((event) => this.#noteRecords(event));
    this.#people.observe((event, transaction) => this.#notePeople(event, transaction));
    this.#reactions.observe((event) => {
      for (const key of event.keysChanged) this.changed.messages.add(key.slice(0, key.indexOf(' ')));
    });
    this.doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (transaction.deleteSet.clients.size > 0) this.rewrite = true;
    });
  }

  /** Applies an update that came from the server; it will be written with the next flush. */
  receive(update: Uint8Array): void {
    this.pending.push(update);
    this.bytes += update.length;
    Y.applyUpdate(this.doc, update, 'server');
  }

  /** Applies what was already on the device. */
  restore(updates: Uint8Array[], rows: number, seq: number): void {
    this.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.doc, update, 'device');
    }, 'device');
    this.written(rows, seq);
    this.bytes = updates.reduce((sum, update) => sum + update.length, 0);
  }

  /** Builds the whole view of it again with the next flush. */
  rebuild(): void {
    this.changed = { ...nothing(), chunks: 'all', text: true };
  }

  /** Everything up to here is on the device. */
  written(rows: number, seq: number): void {
    this.rows = rows;
    this.seq = seq;
    this.pending = [];
    this.rewrite = false;
    this.changed = nothing();
  }

  /** Whether updates are still missing in between: their turn comes when the gap is filled. */
  get hasGap(): boolean {
    return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null;
  }

  get isDirty(): boolean {
    return this.pending.length > 0 || this.rewrite || this.changed.chunks === 'all';
  }

  /** The segment after this one, once this one is sealed (D3). */
  get next(): number | null {
    const next = this.#meta.get('next');
    return typeof next === 'number' ? next : null;
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  snapshot(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  content(): SegmentContent {
    return {
      records: this.#records.toArray(),
      people: Object.fromEntries(this.#people.entries()),
      reactions: [...this.#reactions.entries()],
    };
  }

  destroy(): void {
    this.doc.destroy();
  }

  #noteRecords(event: Y.YArrayEvent<StoredRecord>): void {
    this.changed.text = true;
    if (event.changes.deleted.size > 0) {
      this.changed.chunks = 'all';
      return;
    }
    for (const { insert } of event.changes.delta) {
      for (const record of Array.isArray(insert) ? (insert as StoredRecord[]) : []) {
        if (this.changed.chunks !== 'all') this.changed.chunks.add(chunkOf(record.no));
      }
    }
  }

  #notePeople(event: Y.YMapEvent<Person>, transaction: Y.Transaction): void {
    this.changed.text = true;
    for (const id of event.keysChanged) this.changed.people.add(id);
    // A rename replaces a value, which deletes the one before: it may stand on any record of the segment.
    if (transaction.deleteSet.clients.size > 0) this.changed.chunks = 'all';
  }
}
