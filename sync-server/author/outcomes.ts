import { timeOf } from '#kernel/ids.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { Querying } from './store.ts';

export type Outcome = { pos: number } | { refused: Refusal };

/** How many of each are remembered at least; twice as many at most. */
const REMEMBERED = 50_000;
const REMEMBERED_REFUSALS = 5_000;
/**
 * Milliseconds a device's clock may run ahead: what it says was made up to here after the horizon is looked up too. Less
 * than a generation lasts under full load, or every new command would be; beyond it the table's key still knows.
 */
const SKEW = 1_000;

/** What is remembered of one account. */
class Own<T> {
  private readonly byId = new Map<string, T>();
  private newest = '';

  /** Ids of one account mostly rise: a new one is told by one comparison, not by a look into a map as large as memory is. */
  get(id: string): T | undefined {
    return id > this.newest ? undefined : this.byId.get(id);
  }

  set(id: string, value: T): void {
    if (id > this.newest) this.newest = id;
    this.byId.set(id, value);
  }
}

/**
 * A memory of two generations: when the younger is full, the older is dropped whole. No entry is ever moved or deleted,
 * which costs nothing on the way of every command.
 */
class Generations<T> {
  private readonly size: number;
  private young = new Map<string, Own<T>>();
  private old = new Map<string, Own<T>>();
  private count = 0;

  constructor(size: number) {
    this.size = size;
  }

  get(account: string, id: string): T | undefined {
    return this.young.get(account)?.get(id) ?? this.old.get(account)?.get(id);
  }

  /** @returns whether an older generation was dropped */
  set(account: string, id: string, value: T): boolean {
    let own = this.young.get(account);
    if (!own) this.young.set(account, (own = new Own()));
    own.set(id, value);
    if (++this.count < this.size) return false;
    this.count = 0;
    this.old = this.young;
    this.young = new Map();
    return true;
  }
}

/** What became of commands: a memory of the last ones, a query for what it no longer covers, the table's key as backstop. */
export class Outcomes {
  private readonly accepted = new Generations<number>(REMEMBERED);
  private readonly refused = new Generations<Refusal>(REMEMBERED_REFUSALS);
  /** Every command whose id is from before this may have been applied without being remembered. */
  private horizon: number;
  /** When the younger generation of accepted ones began. */
  private youngSince: number;

  constructor(startedAt: number = Date.now()) {
    this.horizon = startedAt;
    this.youngSince = startedAt;
  }

  find(account: string, id: string): Outcome | undefined {
    const pos = this.accepted.get(account, id);
    if (pos !== undefined) return { pos };
    const refused = this.refused.get(account, id);
    return refused && { refused };
  }

  /** The position of an accepted one only: a refused command may be sent again and is judged anew. */
  findAccepted(account: string, id: string): number | undefined {
    return this.accepted.get(account, id);
  }

  mayBeForgotten(id: string): boolean {
    return timeOf(id) < this.horizon + SKEW;
  }

  accept(account: string, id: string, pos: number): void {
    if (!this.accepted.set(account, id, pos)) return;
    this.horizon = this.youngSince;
    this.youngSince = Date.now();
  }

  refuse(account: string, id: string, refused: Refusal): void {
    this.refused.set(account, id, refused);
  }

  /**
   * Reads the receipts of these (account, id) pairs into memory.
   * @returns the `no` of those that have one, by account and id
   */
  async ask(client: Querying, pairs: readonly [account: string, id: string][]): Promise<Map<string, number>> {
    const places = new Map<string, number>();
    if (pairs.length === 0) return places;
    const { rows } = await client.query<{ account: string; id: string; pos: string; no: number | null }>(
      // One look into the key for each, whatever PostgreSQL believes about the table: a join reads all of a young one.
      `select r.* from unnest($1::text[], $2::text[]) asked (account, id)
         cross join lateral (select account, id, pos, no from receipts
           where account = asked.account and id = asked.id limit 1) r`,
      [pairs.map(([account]) => account), pairs.map(([, id]) => id)],
    );
    for (const { account, id, pos, no } of rows) {
      this.accept(account, id, Number(pos));
      if (no !== null) places.set(`${account} ${id}`, no);
    }
    return places;
  }
}
