import type { ChainRecord, RecordKind, Records } from '#kernel/records.ts';

/** Where confirmed records come from; kinds by name. */
export interface Ground {
  get(kind: string, owner: string, id: string): unknown;
  /** Eager rows of an owner. */
  all(kind: string, owner: string): { id: string; record: unknown }[];
}

export interface Touched {
  kind: string;
  storage: 'chain' | 'keyed' | 'row';
  chain: string | undefined;
  owner: string;
  id: string;
  how: 'append' | 'put' | 'remove';
  /** Whether it was not there before. */
  fresh: boolean;
}

/** The id of a row kind among an owner's rows: the last part of its key. */
function rowId<T>(kind: RecordKind<T>, record: T): string {
  const field = kind.key?.at(-1);
  return field ? String(record[field]) : '';
}

/**
 * Plain objects over confirmed ones: `apply` runs here exactly as it does in the author (O3). Records it returns are the
 * confirmed objects themselves and must not be changed in place, which the author forbids as well.
 */
export class OverlayRecords implements Records, Ground {
  readonly touched: Touched[] = [];
  readonly #ground: Ground;
  readonly #changes = new Map<string, Map<string, unknown>>();
  #next = Number.MAX_SAFE_INTEGER - 1_000_000;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get(kind: string, owner: string, id: string): unknown;
  get<T>(kind: RecordKind<T>, owner: string, id: string): T | undefined;
  get<T>(kind: RecordKind<T> | string, owner: string, id: string): T | undefined {
    const name = typeof kind === 'string' ? kind : kind.kind;
    const changed = this.#changes.get(`${name} ${owner}`);
    return (changed?.has(id) ? changed.get(id) : this.#ground.get(name, owner, id)) as T | undefined;
  }

  has<T>(kind: RecordKind<T>, owner: string, id: string): boolean {
    return this.get(kind, owner, id) !== undefined;
  }

  all(kind: string, owner: string): { id: string; record: unknown }[];
  all<T>(kind: RecordKind<T>, owner: string): T[];
  all<T>(kind: RecordKind<T> | string, owner: string): T[] | { id: string; record: unknown }[] {
    const name = typeof kind === 'string' ? kind : kind.kind;
    const rows = new Map(this.#ground.all(name, owner).map(({ id, record }) => [id, record]));
    for (const [id, record] of this.#changes.get(`${name} ${owner}`) ?? []) {
      if (record === undefined) rows.delete(id);
      else rows.set(id, record);
    }
    if (typeof kind === 'string') return [...rows].map(([id, record]) => ({ id, record }));
    return [...rows.values()] as T[];
  }

  append<T extends ChainRecord>(kind: RecordKind<T>, owner: string, record: Omit<T, 'no'>): T {
    const whole = { ...record, no: this.#next++ } as T;
    this.#set(kind, owner, whole.id, whole, 'append');
    return whole;
  }

  put<T>(kind: RecordKind<T>, owner: string, id: string, record: T): void {
    this.#set(kind, owner, kind.storage === 'row' && !id ? rowId(kind, record) : id, record, 'put');
  }

  remove<T>(kind: RecordKind<T>, owner: string, id: string): void {
    this.#set(kind, owner, id, undefined, 'remove');
  }

  /** Takes over what another overlay on top of this one changed. */
  adopt(other: OverlayRecords): void {
    for (const [place, records] of other.#changes) {
      const own = this.#changes.get(place) ?? new Map<string, unknown>();
      for (const [id, record] of records) own.set(id, record);
      this.#changes.set(place, own);
    }
    this.#next = Math.max(this.#next, other.#next);
    this.touched.push(...other.touched);
  }

  /** An overlay on top of this one, to try something. */
  fork(): OverlayRecords {
    const fork = new OverlayRecords(this);
    fork.#next = this.#next;
    return fork;
  }

  /** What stands changed here: undefined means removed. */
  changes(kind: string, owner: string): ReadonlyMap<string, unknown> {
    return this.#changes.get(`${kind} ${owner}`) ?? new Map<string, unknown>();
  }

  #set<T>(kind: RecordKind<T>, owner: string, id: string, record: T | undefined, how: Touched['how']): void {
    const fresh = this.get(kind, owner, id) === undefined;
    const place = `${kind.kind} ${owner}`;
    const changes = this.#changes.get(place) ?? new Map<string, unknown>();
    changes.set(id, record);
    this.#changes.set(place, changes);
    this.touched.push({
      kind: kind.kind,
      storage: kind.storage,
      chain: kind.chain ?? kind.published?.chain,
      owner,
      id,
      how,
      fresh,
    });
  }
}
