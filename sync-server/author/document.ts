import * as Y from 'yjs';
import { documentName, type DocumentName } from '#kernel/documents.ts';
import type { ChainRecord } from '#kernel/records.ts';

export interface Person {
  name: string;
  picture?: string;
}

type Change =
  | { do: 'append'; record: ChainRecord }
  | { do: 'replace'; index: number; record: ChainRecord }
  | { do: 'remove'; index: number }
  | { do: 'person'; id: string; person: Person }
  | { do: 'key'; key: string; value: unknown }
  | { do: 'unkey'; key: string }
  | { do: 'seal'; next: number };

/** Where the ones beside `key` that are not named are counted: the same record, the same sign, no person. */
export const countKey = (key: string): string => `${key.slice(0, key.lastIndexOf(' '))} #`;

/**
 * The author's own copy of a document: plain records to read and decide on, and the Y.Doc they are written to once per
 * tick. Not the object that replicates: what stands here may not be committed yet.
 */
export class AuthorDocument {
  readonly name: string;
  readonly owner: string;
  readonly kind: string;
  readonly n: number | null;
  usedAt = Date.now();
  private readonly doc: Y.Doc;
  private readonly byId = new Map<string, ChainRecord>();
  private readonly ordered: ChainRecord[];
  private readonly people = new Map<string, Person>();
  private readonly keys = new Map<string, unknown>();
  /** How many keyed records hang on each record. */
  private readonly keysOn = new Map<string, number>();
  private changes: Change[] = [];
  private erases = false;

  constructor({ kind, owner, n }: DocumentName, state: readonly Uint8Array[]) {
    this.name = documentName(kind, owner, n);
    this.owner = owner;
    this.kind = kind;
    this.n = n;
    this.doc = new Y.Doc();
    if (state.length > 0) this.doc.transact(() => state.forEach((update) => Y.applyUpdate(this.doc, update)));
    // A generation writes under a client id that never wrote here before: after an unclear commit the old one may have
    // used clocks that nobody can account for.
    while (this.doc.store.clients.has(this.doc.clientID))
      this.doc.clientID = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    this.ordered = this.doc.getArray<ChainRecord>('records').toArray();
    for (const record of this.ordered) this.byId.set(record.id, record);
    for (const [id, person] of this.doc.getMap<Person>('people').entries()) this.people.set(id, person);
    for (const [key, value] of this.doc.getMap('reactions').entries()) this.setKey(key, value);
  }

  get(id: string): ChainRecord | undefined {
    return this.byId.get(id);
  }

  key(key: string): unknown {
    return this.keys.get(key);
  }

  countKeysOn(id: string): number {
    return this.keysOn.get(id) ?? 0;
  }

  /**
   * Whether a keyed record that is not named here may be one of those that are only counted: as many are named as may be, or
   * some were counted before names were taken back.
   */
  maybeCounted(key: string, most: number): boolean {
    return this.countKeysOn(key.slice(0, key.indexOf(' '))) >= most || this.keys.has(countKey(key));
  }

  person(id: string): Person | undefined {
    return this.people.get(id);
  }

  get segment(): { kind: string; owner: string; n: number } {
    return { kind: this.kind, owner: this.owner, n: this.n ?? 0 };
  }

  append(record: ChainRecord): void {
    this.ordered.push(record);
    this.byId.set(record.id, record);
    this.changes.push({ do: 'append', record });
  }

  replace(record: ChainRecord): void {
    const index = this.indexOf(record.no);
    this.ordered[index] = record;
    this.byId.set(record.id, record);
    this.changes.push({ do: 'replace', index, record });
    this.erases = true;
  }

  /** Removes a record and every keyed record that hangs on it. */
  remove(id: string): void {
    const record = this.byId.get(id);
    if (!record) return;
    const index = this.indexOf(record.no);
    this.ordered.splice(index, 1);
    this.byId.delete(id);
    this.changes.push({ do: 'remove', index });
    if (this.keysOn.has(id)) {
      for (const key of this.keys.keys()) if (key.startsWith(id)) this.removeKey(key);
    }
    this.erases = true;
  }

  putPerson(id: string, person: Person): void {
    if (this.people.has(id)) this.erases = true;
    this.people.set(id, person);
    this.changes.push({ do: 'person', id, person });
  }

  putKey(key: string, value: unknown): void {
    this.setKey(key, value);
    this.changes.push({ do: 'key', key, value });
  }

  removeKey(key: string): void {
    if (!this.keys.delete(key)) return;
    const on = key.slice(0, key.indexOf(' '));
    const left = (this.keysOn.get(on) ?? 1) - 1;
    if (left > 0) this.keysOn.set(on, left);
    else this.keysOn.delete(on);
    this.changes.push({ do: 'unkey', key });
  }

  seal(next: number): void {
    this.changes.push({ do: 'seal', next });
  }

  get changed(): boolean {
    return this.changes.length > 0;
  }

  /**
   * Writes what changed since the last call in one transaction.
   * @returns the update, whether it takes text out of earlier ones, and whether it seals the segment
   */
  flush(): { update: Uint8Array; erases: boolean; seals: boolean } {
    let update: Uint8Array | undefined;
    const keep = (bytes: Uint8Array) => (update = bytes);
    this.doc.on('update', keep);
    this.doc.transact(() => this.write());
    this.doc.off('update', keep);
    const { erases } = this;
    const seals = this.changes.some((change) => change.do === 'seal');
    this.changes = [];
    this.erases = false;
    this.usedAt = Date.now();
    if (!update) throw new Error(`a change of ${this.name} made no update`);
    return { update, erases, seals };
  }

  /** The whole state. Only between commits: before that it holds what may still be rolled back. */
  encode(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  destroy(): void {
    this.doc.destroy();
  }

  private write(): void {
    const records = this.doc.getArray<ChainRecord>('records');
    let run: ChainRecord[] = [];
    const push = () => {
      if (run.length > 0) records.push(run);
      run = [];
    };
    for (const change of this.changes) {
      // These count places in the list. What else changes does not cut what is appended in two.
      if (change.do === 'replace' || change.do === 'remove') push();
      if (change.do === 'append') run.push(change.record);
      else if (change.do === 'replace') {
        records.delete(change.index, 1);
        records.insert(change.index, [change.record]);
      } else if (change.do === 'remove') records.delete(change.index, 1);
      else if (change.do === 'person') this.doc.getMap('people').set(change.id, change.person);
      else if (change.do === 'key') this.doc.getMap('reactions').set(change.key, change.value);
      else if (change.do === 'unkey') this.doc.getMap('reactions').delete(change.key);
      else this.doc.getMap('meta').set('next', change.next);
    }
    push();
  }

  private setKey(key: string, value: unknown): void {
    if (!this.keys.has(key)) {
      const on = key.slice(0, key.indexOf(' '));
      this.keysOn.set(on, (this.keysOn.get(on) ?? 0) + 1);
    }
    this.keys.set(key, value);
  }

  /** Where the record with this `no` stands; deletions leave gaps, the order stays. */
  private indexOf(no: number): number {
    let low = 0;
    let high = this.ordered.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.ordered[middle]?.no ?? 0;
      if (found === no) return middle;
      if (found < no) low = middle + 1;
      else high = middle - 1;
    }
    throw new RangeError(`${this.name} has no record ${no}`);
  }
}
