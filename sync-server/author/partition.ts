import { documentName } from '#kernel/documents.ts';
import type { AnyRecordKind, RecordKind } from '#kernel/records.ts';
import type { AuthorDocument } from './document.ts';
import { Missing } from './missing.ts';

export interface ChainHead {
  chain: string;
  owner: string;
  /** The no of the next record, also while the one before it is only in memory. */
  next: number;
  /** The same as of the last durable commit, and that commit's position: what others are told. */
  durable: { next: number; pos: number };
}

/** One writer's memory: facts, heads, the documents it works on. Dropped whole when a commit is unclear. */
export class Partition {
  readonly id: string;
  readonly owner: string;
  /** Of the last commit that is durable. */
  pos: number;
  /** Of the last commit that was sent: what follows is numbered from here while that one is under way. */
  sent: number;
  /** Null until the first write takes the lease. */
  token: number | null = null;
  usedAt = Date.now();
  /** kind → id → record; null where it is known that there is none. */
  readonly rows = new Map<string, Map<string, unknown>>();
  /** chain → owner → head */
  private readonly chains = new Map<string, Map<string, ChainHead>>();
  readonly documents = new Map<string, AuthorDocument>();
  /** owner + id → no, or null for none; what a query said of records whose documents are not in memory. */
  readonly positions = new Map<string, number | null>();
  /** owner + message → emoji → people beyond the named ones. */
  readonly furtherReactions = new Map<string, Map<string, Set<string>>>();

  constructor(id: string, pos: number) {
    this.id = id;
    this.owner = id.slice(id.indexOf('/') + 1);
    this.pos = pos;
    this.sent = pos;
  }

  row<T>(kind: RecordKind<T>, id: string): T | undefined {
    const found = this.rows.get(kind.kind)?.get(id);
    if (found === undefined) {
      if (kind.eager) return undefined;
      throw new Missing({ what: 'row', partition: this.id, kind: kind.kind, id });
    }
    return (found ?? undefined) as T | undefined;
  }

  setRow(kind: AnyRecordKind, id: string, record: unknown): void {
    let rows = this.rows.get(kind.kind);
    if (!rows) this.rows.set(kind.kind, (rows = new Map()));
    rows.set(id, record);
  }

  all<T>(kind: RecordKind<T>): T[] {
    const found: T[] = [];
    for (const record of this.rows.get(kind.kind)?.values() ?? []) if (record !== null) found.push(record as T);
    return found;
  }

  head(chain: string, owner: string): ChainHead {
    return this.chains.get(chain)?.get(owner) ?? this.setHead({ chain, owner, next: 0, durable: { next: 0, pos: 0 } });
  }

  setHead(head: ChainHead): ChainHead {
    let heads = this.chains.get(head.chain);
    if (!heads) this.chains.set(head.chain, (heads = new Map()));
    heads.set(head.owner, head);
    return head;
  }

  document(chain: string, owner: string, n: number | null): AuthorDocument {
    const name = documentName(chain, owner, n);
    const document = this.documents.get(name);
    if (!document) throw new Missing({ what: 'document', partition: this.id, name });
    document.usedAt = Date.now();
    return document;
  }

  /** The `no` of a record in one of the documents at hand. */
  numberOf(owner: string, id: string): number | undefined {
    for (const document of this.documents.values()) {
      const found = document.owner === owner ? document.get(id) : undefined;
      if (found) return found.no;
    }
    return undefined;
  }

  destroy(): void {
    for (const document of this.documents.values()) document.destroy();
    this.documents.clear();
  }
}
