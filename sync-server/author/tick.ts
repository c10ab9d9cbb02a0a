import type { RecordedEvent } from '#kernel/events.ts';
import { documentName, parseDocumentName, type DocumentKind } from '#kernel/documents.ts';
import { KEY_SEPARATOR, SEGMENT, segmentOf, type ChainRecord, type AnyRecordKind } from '#kernel/records.ts';
import type { Registry } from '#kernel/registry.ts';
import { AuthorDocument, countKey } from './document.ts';
import { Missing } from './missing.ts';
import type { ChainHead, Partition } from './partition.ts';
import type { StagedRecords } from './staged-records.ts';

export interface RowChange {
  partition: Partition;
  kind: AnyRecordKind;
  id: string;
  before: unknown;
  after: unknown;
}

export interface ReceiptRow {
  account: string;
  id: string;
  partition: string;
  pos: number;
  no: number | null;
}

export interface EventRow extends RecordedEvent {
  partition: string;
  actor: string;
  command: string;
  depth: number;
  at: number;
}

export interface WrittenDocument {
  partition: Partition;
  document: AuthorDocument;
  update: Uint8Array;
  /** It takes text out of earlier updates. */
  erases: boolean;
  /** Its segment is full. */
  seals: boolean;
  /** Its chain, and the next number there after this commit. */
  head: ChainHead;
  next: number;
  pos: number;
}

export type FurtherRow = [owner: string, message: string, emoji: string, person: string];

/** Everything one commit contains, gathered while commands are applied to memory. */
export class Tick {
  readonly receipts: ReceiptRow[] = [];
  readonly events: EventRow[] = [];
  positions: [chain: string, owner: string, id: string, no: number, at: number][] = [];
  readonly removedPositions: [owner: string, id: string][] = [];
  readonly appearances: [person: string, document: string][] = [];
  readonly rows = new Map<string, RowChange>();
  readonly partitions = new Map<Partition, number>();
  private readonly furtherChanges = new Map<string, { row: FurtherRow; on: boolean }>();
  private readonly touched = new Map<AuthorDocument, Partition>();
  private readonly documents: ReadonlyMap<string, DocumentKind>;
  private readonly namesKind: AnyRecordKind | undefined;

  constructor(registry: Registry) {
    this.documents = registry.documents;
    this.namesKind = [...registry.records.values()].find((kind) => kind.names);
  }

  /** Reactions beyond the named ones that this commit adds. */
  get further(): FurtherRow[] {
    return [...this.furtherChanges.values()].flatMap(({ row, on }) => (on ? [row] : []));
  }

  /** Those that it takes away. */
  get noFurther(): FurtherRow[] {
    return [...this.furtherChanges.values()].flatMap(({ row, on }) => (on ? [] : [row]));
  }

  /** The position everything of a partition in this commit gets. */
  posOf(partition: Partition): number {
    let pos = this.partitions.get(partition);
    if (pos === undefined) this.partitions.set(partition, (pos = partition.sent + 1));
    return pos;
  }

  /** @returns the `no` of the last record appended, if any */
  take(partition: Partition, staged: StagedRecords): number | null {
    let last: number | null = null;
    for (const step of staged.steps) {
      if (step.do === 'show') {
        this.touch(partition, step.document).putPerson(step.person, step.shown);
        continue;
      }
      const kind = step.kind;
      if (step.do === 'append') last = this.append(partition, kind, step.owner, step.record);
      else if (kind.storage === 'row') this.setRow(partition, kind, step.id, step.do === 'put' ? step.record : null);
      else if (kind.storage === 'keyed')
        this.setKey(partition, kind, step.owner, step.id, step.do === 'put' ? step.record : null);
      else if (step.do === 'put') this.replace(partition, kind, step.owner, step.record as ChainRecord);
      else this.removeRecord(partition, kind, step.owner, step.id);
    }
    return last;
  }

  /** The updates of all documents touched, written once each. */
  flush(): WrittenDocument[] {
    return [...this.touched].map(([document, partition]) => {
      const head = partition.head(document.kind, document.owner);
      return { partition, document, head, next: head.next, pos: this.posOf(partition), ...document.flush() };
    });
  }

  private touch(partition: Partition, document: AuthorDocument): AuthorDocument {
    this.touched.set(document, partition);
    this.posOf(partition);
    return document;
  }

  private append(partition: Partition, kind: AnyRecordKind, owner: string, record: ChainRecord): number {
    const document = this.openSegment(partition, kind.chain ?? '', owner);
    document.append(record);
    if (partition.positions.size > 0) {
      const position = `${owner} ${record.id}`;
      if (partition.positions.has(position)) partition.positions.set(position, record.no);
    }
    this.positions.push([
      kind.chain ?? '',
      owner,
      record.id,
      record.no,
      (record as unknown as { at?: number }).at ?? 0,
    ]);
    for (const person of kind.people?.(record as never) ?? []) this.show(partition, document, person);
    return record.no;
  }

  /** The segment the next record goes into; a full one is sealed and its successor made in the same commit (D3). */
  private openSegment(partition: Partition, chain: string, owner: string): AuthorDocument {
    const head = partition.head(chain, owner);
    const no = head.next;
    const n = segmentOf(no);
    head.next = no + 1;
    const name = documentName(chain, owner, n);
    let document = partition.documents.get(name);
    if (!document) {
      if (no % SEGMENT !== 0) throw new Missing({ what: 'document', partition: partition.id, name });
      const parsed = parseDocumentName(name, this.documents);
      if (!parsed) throw new RangeError(`the chain ${chain}/${owner} is full`);
      document = new AuthorDocument(parsed, []);
      partition.documents.set(name, document);
      const before = n > 0 ? partition.documents.get(documentName(chain, owner, n - 1)) : undefined;
      if (before) this.touch(partition, before).seal(n);
    }
    return this.touch(partition, document);
  }

  private show(partition: Partition, document: AuthorDocument, person: string): void {
    const kind = this.namesKind;
    const row = kind ? partition.rows.get(kind.kind)?.get(person) : undefined;
    if (!kind?.names || !row) return;
    const names = kind.names(row as never);
    const shown = document.person(person);
    if (shown && shown.name === names.name && shown.picture === names.picture) return;
    if (!shown) this.appearances.push([person, document.name]);
    document.putPerson(person, names);
  }

  private replace(partition: Partition, kind: AnyRecordKind, owner: string, record: ChainRecord): void {
    const document = partition.document(kind.chain ?? '', owner, segmentOf(record.no));
    this.touch(partition, document).replace(record);
  }

  private removeRecord(partition: Partition, kind: AnyRecordKind, owner: string, id: string): void {
    const { chain = '' } = kind;
    const no = this.whereIs(partition, chain, owner, id);
    if (no === null) return;
    this.touch(partition, partition.document(chain, owner, segmentOf(no))).remove(id);
    partition.positions.set(`${owner} ${id}`, null);
    this.removedPositions.push([owner, id]);
    // The statement's deletions see only earlier rows: what this very commit would add is not added.
    this.positions = this.positions.filter(([, of, record]) => of !== owner || record !== id);
    partition.furtherReactions.delete(`${owner} ${id}`);
    for (const [change, { row }] of this.furtherChanges)
      if (row[0] === owner && row[1] === id) this.furtherChanges.delete(change);
  }

  private whereIs(partition: Partition, chain: string, owner: string, id: string): number | null {
    for (const document of partition.documents.values()) {
      if (document.owner === owner && document.name.startsWith(`${chain}/`)) {
        const found = document.get(id);
        if (found) return found.no;
      }
    }
    return partition.positions.get(`${owner} ${id}`) ?? null;
  }

  private setRow(partition: Partition, kind: AnyRecordKind, id: string, record: unknown): void {
    const before = partition.rows.get(kind.kind)?.get(id) ?? null;
    const key = `${partition.id} ${kind.kind} ${id}`;
    this.posOf(partition);
    const after = kind.published ? this.publish(partition, kind, before, record) : record;
    partition.setRow(kind, id, after);
    this.rows.set(key, { partition, kind, id, before: this.rows.get(key)?.before ?? before, after });
  }

  /** Carries a row into the chain where others see it, and gives it its place there. */
  private publish(partition: Partition, kind: AnyRecordKind, before: unknown, after: unknown): unknown {
    const { chain, of } = kind.published ?? { chain: '', of: () => null };
    const { owner } = partition;
    const shownBefore = before === null ? null : of(before as never);
    const shown = after === null ? null : of(after as never);
    if (shownBefore && !shown) {
      this.touch(partition, partition.document(chain, owner, segmentOf(shownBefore.no))).remove(shownBefore.id);
      this.removedPositions.push([owner, shownBefore.id]);
      return after;
    }
    if (!shown) return after;
    if (!shownBefore) {
      const document = this.openSegment(partition, chain, owner);
      const no = partition.head(chain, owner).next - 1;
      document.append({ ...shown, no });
      this.positions.push([chain, owner, shown.id, no, 0]);
      return { ...(after as object), no };
    }
    const kept = { ...shown, no: shownBefore.no };
    if (JSON.stringify(kept) !== JSON.stringify(shownBefore)) {
      this.touch(partition, partition.document(chain, owner, segmentOf(kept.no))).replace(kept);
    }
    return { ...(after as object), no: kept.no };
  }

  private setKey(partition: Partition, kind: AnyRecordKind, owner: string, key: string, value: unknown): void {
    const [message = '', ...rest] = key.split(KEY_SEPARATOR);
    const no = this.whereIs(partition, kind.chain ?? '', owner, message);
    if (no === null) return;
    const document = partition.document(kind.chain ?? '', owner, segmentOf(no));
    const named = document.key(key) !== undefined;
    if (named) {
      if (value === null) this.touch(partition, document).removeKey(key);
    } else if (document.maybeCounted(key, kind.most ?? Infinity)) {
      const [emoji = '', person = ''] = rest;
      this.setFurther(partition, document, { owner, message, emoji, person }, value !== null);
    } else if (value !== null) this.touch(partition, document).putKey(key, value);
  }

  private setFurther(
    partition: Partition,
    document: AuthorDocument,
    { owner, message, emoji, person }: { owner: string; message: string; emoji: string; person: string },
    on: boolean,
  ): void {
    const further = partition.furtherReactions.get(`${owner} ${message}`);
    if (!further) throw new Missing({ what: 'reactions', partition: partition.id, owner, message });
    const people = further.get(emoji) ?? new Set();
    if (people.has(person) === on) return;
    further.set(emoji, people);
    if (on) people.add(person);
    else people.delete(person);
    // The parts of the statement do not see each other's rows: what is put on and taken off in one commit is neither.
    const change = [owner, message, emoji, person].join(KEY_SEPARATOR);
    if (!this.furtherChanges.delete(change))
      this.furtherChanges.set(change, { row: [owner, message, emoji, person], on });
    const count = people.size;
    const key = countKey([message, emoji, person].join(KEY_SEPARATOR));
    const shown = (document.key(key) as { count: number } | undefined)?.count ?? 0;
    // A key that is overwritten for ever never shrinks: past a hundred the count moves in steps of one in a hundred.
    if (count === 0) this.touch(partition, document).removeKey(key);
    else if (Math.abs(count - shown) * 100 >= shown) this.touch(partition, document).putKey(key, { count });
  }
}
