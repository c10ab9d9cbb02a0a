import {
  KEY_SEPARATOR,
  SEGMENT,
  segmentOf,
  type AnyRecordKind,
  type ChainRecord,
  type ReadRecords,
  type RecordKind,
  type Records,
  type ShownPerson,
} from '#kernel/records.ts';
import type { AuthorDocument } from './document.ts';
import { Missing } from './missing.ts';
import type { Partition } from './partition.ts';

type Step =
  | { do: 'append'; kind: AnyRecordKind; owner: string; record: ChainRecord }
  | { do: 'put'; kind: AnyRecordKind; owner: string; id: string; record: unknown }
  | { do: 'remove'; kind: AnyRecordKind; owner: string; id: string }
  | { do: 'show'; document: AuthorDocument; person: string; shown: ShownPerson };

/** Reads of a partition's memory; throws `Missing` for what would have to be loaded. */
export class PartitionRecords implements ReadRecords {
  protected readonly partition: Partition;

  constructor(partition: Partition) {
    this.partition = partition;
  }

  get<T>(kind: RecordKind<T>, owner: string, id: string): T | undefined {
    if (kind.storage === 'row') return owner === this.partition.owner ? this.partition.row(kind, id) : undefined;
    if (kind.storage === 'keyed') {
      const [message = ''] = id.split(KEY_SEPARATOR, 1);
      return this.holding(kind, owner, message)?.key(id) as T | undefined;
    }
    return this.holding(kind, owner, id)?.get(id) as T | undefined;
  }

  has<T>(kind: RecordKind<T>, owner: string, id: string): boolean {
    if (kind.storage === 'row') return this.get(kind, owner, id) !== undefined;
    if (kind.storage === 'keyed') return this.hasKey(kind, owner, id);
    return this.positionOf(kind, owner, id) !== null;
  }

  /** Also of those that are only counted in the document, because too many hang on the same record. */
  private hasKey(kind: AnyRecordKind, owner: string, id: string): boolean {
    const [record = '', emoji = '', person = ''] = id.split(KEY_SEPARATOR);
    const document = this.holding(kind, owner, record);
    if (!document) return false;
    if (document.key(id) !== undefined) return true;
    if (!document.maybeCounted(id, kind.most ?? Infinity)) return false;
    const further = this.partition.furtherReactions.get(`${owner} ${record}`);
    if (!further) throw new Missing({ what: 'reactions', partition: this.partition.id, owner, message: record });
    return further.get(emoji)?.has(person) ?? false;
  }

  all<T>(kind: RecordKind<T>, owner: string): T[] {
    return owner === this.partition.owner ? this.partition.all(kind) : [];
  }

  /** The document that holds a chain record, or undefined when there is no such record. */
  protected holding(kind: AnyRecordKind, owner: string, id: string): AuthorDocument | undefined {
    const position = this.positionOf(kind, owner, id);
    return position === null ? undefined : this.partition.document(kind.chain ?? '', owner, segmentOf(position));
  }

  private positionOf(kind: AnyRecordKind, owner: string, id: string): number | null {
    const chain = kind.chain ?? '';
    const { next } = this.partition.head(chain, owner);
    if (next === 0) return null;
    for (let n = segmentOf(next - 1), tries = 0; n >= 0 && tries < 2; n--, tries++) {
      const found = this.partition.documents.get(`${chain}/${owner}/${n}`)?.get(id);
      if (found) return found.no;
    }
    const known = this.partition.positions.get(`${owner} ${id}`);
    if (known === undefined) throw new Missing({ what: 'position', partition: this.partition.id, owner, ids: [id] });
    return known;
  }
}

/** What one command wants changed, kept beside the partition until it is known to be accepted as a whole. */
export class StagedRecords extends PartitionRecords implements Records {
  /** Also what is read first: commands take few steps, and nearly all of them one. */
  readonly steps: Step[] = [];

  override get<T>(kind: RecordKind<T>, owner: string, id: string): T | undefined {
    const staged = this.staged(kind, owner, id);
    if (staged !== undefined) return (staged ?? undefined) as T | undefined;
    return super.get(kind, owner, id);
  }

  override has<T>(kind: RecordKind<T>, owner: string, id: string): boolean {
    const staged = this.staged(kind, owner, id);
    return staged === undefined ? super.has(kind, owner, id) : staged !== null;
  }

  override all<T>(kind: RecordKind<T>, owner: string): T[] {
    const records = new Map(super.all(kind, owner).map((record) => [record, record]));
    for (const step of this.steps) {
      if (step.do !== 'show' && step.kind.kind === kind.kind)
        throw new TypeError(`all(${kind.kind}) after a change of it in the same command`);
    }
    return [...records.keys()];
  }

  append<T extends ChainRecord>(kind: RecordKind<T>, owner: string, record: Omit<T, 'no'>): T {
    const chain = kind.chain ?? '';
    const { next } = this.partition.head(chain, owner);
    let no = next;
    for (const step of this.steps) if (step.do === 'append' && step.owner === owner && step.kind.chain === chain) no++;
    // The open segment must be at hand; segments these records open are made when the steps are taken.
    if (next > 0) this.partition.document(chain, owner, segmentOf(next - 1));
    const placed = { ...record, no } as unknown as T;
    this.steps.push({ do: 'append', kind: kind, owner, record: placed });
    return placed;
  }

  put<T>(kind: RecordKind<T>, owner: string, id: string, record: T): void {
    this.requireLoaded(kind, owner, id);
    this.steps.push({ do: 'put', kind: kind, owner, id, record });
  }

  remove<T>(kind: RecordKind<T>, owner: string, id: string): void {
    this.requireLoaded(kind, owner, id);
    this.steps.push({ do: 'remove', kind: kind, owner, id });
  }

  /** Nothing where the person does not stand, or the document is not there: it makes none. */
  showPerson(document: string, person: string, shown: ShownPerson): void {
    const [chain = '', owner = '', n = ''] = document.split('/');
    const { next } = this.partition.head(chain, owner);
    if (next === 0 || Number(n) > segmentOf(next - 1)) return;
    const found = this.partition.document(chain, owner, Number(n));
    const before = found.person(person);
    if (!before || (before.name === shown.name && before.picture === shown.picture)) return;
    this.steps.push({ do: 'show', document: found, person, shown });
  }

  /** Everything the step will touch is at hand before it is noted, so that taking steps never stops half-way. */
  private requireLoaded(kind: AnyRecordKind, owner: string, id: string): void {
    if (kind.storage === 'row') return this.requirePublished(kind as RecordKind<unknown>, id);
    const [record = ''] = id.split(KEY_SEPARATOR, 1);
    if (this.staged(kind, owner, record) !== undefined) return;
    const document = this.heldByThisCommand(owner, record) ? undefined : this.holding(kind, owner, record);
    if (kind.storage !== 'keyed' || !document || !document.maybeCounted(id, kind.most ?? Infinity)) return;
    if (!this.partition.furtherReactions.has(`${owner} ${record}`)) {
      throw new Missing({ what: 'reactions', partition: this.partition.id, owner, message: record });
    }
  }

  /** What this command made of a record: null where it removed it, undefined where it did nothing to it. */
  private staged(kind: AnyRecordKind, owner: string, id: string): unknown {
    for (let at = this.steps.length - 1; at >= 0; at--) {
      const step = this.steps[at];
      if (!step || step.do === 'show' || step.kind.kind !== kind.kind || step.owner !== owner) continue;
      if (step.do === 'append' ? step.record.id === id : step.id === id)
        return step.do === 'remove' ? null : step.record;
    }
    return undefined;
  }

  private heldByThisCommand(owner: string, id: string): boolean {
    return this.steps.some((step) => step.do === 'append' && step.owner === owner && step.record.id === id);
  }

  /** A row others see in a chain changes there too: its segment and the open one must be at hand before any step is taken. */
  private requirePublished<T>(kind: RecordKind<T>, id: string): void {
    if (!kind.published) return;
    const { chain, of } = kind.published;
    const { owner } = this.partition;
    const { next } = this.partition.head(chain, owner);
    if (next > 0) this.partition.document(chain, owner, segmentOf(next - 1));
    const before = this.partition.row(kind, id);
    const shown = before === undefined ? null : of(before);
    if (shown) this.partition.document(chain, owner, Math.floor(shown.no / SEGMENT));
  }
}
