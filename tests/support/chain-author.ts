import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { segmentOf } from '#kernel/records.ts';
import { ulid } from '#kernel/ids.ts';
import type { CatchupRequest } from '#kernel/wire.ts';

interface LogRow {
  document: string;
  pos: number;
  update: Uint8Array;
}

/** One channel as its author would write it, with the log it leaves: what a device is told, in any order and manner. */
export class ChainAuthor {
  readonly channel: string;
  readonly log: LogRow[] = [];
  pos = 0;
  next = 0;
  readonly #docs = new Map<string, Y.Doc>();
  readonly #noOf = new Map<string, number>();

  constructor(channel = ulid()) {
    this.channel = channel;
  }

  get chain(): string {
    return `channel/${this.channel}`;
  }

  post(
    body: string,
    { id = ulid(), by = 'ben', name = 'Ben' }: { id?: string; by?: string; name?: string } = {},
  ): string {
    const no = this.next++;
    this.#noOf.set(id, no);
    this.#commit(segmentOf(no), (doc) => {
      if (!doc.getMap('people').has(by)) doc.getMap('people').set(by, { name });
      doc.getArray('records').push([{ id, no, v: 1, by, at: 1000 + no, body }]);
    });
    return id;
  }

  /** Skips numbers, as if so much had been said and erased. */
  skipTo(no: number): void {
    this.next = no;
  }

  edit(id: string, body: string): void {
    this.#change(id, (records, index, record) => {
      records.delete(index, 1);
      records.insert(index, [{ ...record, body, editedAt: 2000 }]);
    });
  }

  erase(id: string): void {
    this.#change(id, (records, index) => records.delete(index, 1));
  }

  react(id: string, emoji: string, by: string, add = true): void {
    this.#commit(segmentOf(this.#noOf.get(id) ?? 0), (doc) => {
      const key = `${id} ${emoji} ${by}`;
      if (add) doc.getMap('reactions').set(key, { at: this.pos });
      else doc.getMap('reactions').delete(key);
    });
  }

  rename(by: string, name: string): void {
    for (const n of this.#segments()) this.#commit(n, (doc) => doc.getMap('people').set(by, { name }));
  }

  doc(n: number): Y.Doc {
    const name = `${this.chain}/${n}`;
    const doc = this.#docs.get(name) ?? new Y.Doc();
    this.#docs.set(name, doc);
    return doc;
  }

  /** Replaces a segment's log with one row that holds all of it, as compaction does. */
  compact(n: number): void {
    const name = `${this.chain}/${n}`;
    const rows = this.log.filter(({ document }) => document === name);
    const last = rows.at(-1);
    if (!last) return;
    for (const row of rows) this.log.splice(this.log.indexOf(row), 1);
    this.log.push({ document: name, pos: last.pos, update: Y.encodeStateAsUpdate(this.doc(n)) });
    this.log.sort((a, b) => a.pos - b.pos);
    this.#snapshots.add(name);
  }
  readonly #snapshots = new Set<string>();

  /** What `POST /api/catchup` answers, cut at the budget. */
  answer({ chains, budget = Infinity }: CatchupRequest, epoch = 'first'): Uint8Array {
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, epoch);
      let left = budget;
      for (const { owner, pos, segments, from = 0 } of chains) {
        if (owner !== this.channel) continue;
        for (const row of this.log) {
          const n = Number(row.document.slice(row.document.lastIndexOf('/') + 1));
          if (row.pos <= pos || n < from || (segments && !segments.includes(n))) continue;
          if (left <= 0) {
            encoding.writeVarUint(encoder, 4);
            return;
          }
          encoding.writeVarUint(
            encoder,
            this.#snapshots.has(row.document) && row === this.log.find(({ document }) => document === row.document)
              ? 2
              : 1,
          );
          encoding.writeVarString(encoder, row.document);
          encoding.writeVarUint(encoder, row.pos);
          encoding.writeVarUint8Array(encoder, row.update);
          left -= row.update.length;
        }
        encoding.writeVarUint(encoder, 3);
        encoding.writeVarString(encoder, 'channel');
        encoding.writeVarString(encoder, owner);
        encoding.writeVarUint(encoder, this.pos);
        encoding.writeVarUint(encoder, this.next);
      }
    });
  }

  /** Bodies as they stand, in order, from a segment on. */
  bodies(from = 0): string[] {
    return this.#segments()
      .filter((n) => n >= from)
      .flatMap((n) => (this.doc(n).getArray('records').toArray() as { body: string }[]).map(({ body }) => body));
  }

  #segments(): number[] {
    return [...this.#docs.keys()].map((name) => Number(name.slice(name.lastIndexOf('/') + 1))).sort((a, b) => a - b);
  }

  #change(id: string, work: (records: Y.Array<unknown>, index: number, record: Record<string, unknown>) => void): void {
    this.#commit(segmentOf(this.#noOf.get(id) ?? 0), (doc) => {
      const records = doc.getArray('records');
      const index = (records.toArray() as { id: string }[]).findIndex((record) => record.id === id);
      if (index >= 0) work(records, index, records.get(index) as Record<string, unknown>);
    });
  }

  #commit(n: number, work: (doc: Y.Doc) => void): void {
    const doc = this.doc(n);
    const before = Y.encodeStateVector(doc);
    let update: Uint8Array | undefined;
    const take = (one: Uint8Array): void => {
      update = one;
    };
    doc.on('update', take);
    doc.transact(() => work(doc));
    doc.off('update', take);
    this.pos++;
    this.log.push({
      document: `${this.chain}/${n}`,
      pos: this.pos,
      update: update ?? Y.encodeStateAsUpdate(doc, before),
    });
  }
}
