import type { Refusal } from '#kernel/refusals.ts';
import { timeOf } from '#kernel/ids.ts';
import type { Querying } from './store.ts';

export type Outcome = { pos: number; no: number | null } | { refused: Refusal };

/** How many accepted commands are remembered; what is older is asked of the database. */
const REMEMBERED = 100_000;
const REMEMBERED_REFUSALS = 10_000;
/** Milliseconds a device's clock may be behind before its new commands are looked up like old ones. */
const SKEW = 5_000;

/** What became of commands: a memory of the last ones, a query for what it no longer covers, the table's key as backstop. */
export class Outcomes {
  private readonly accepted = new Map<string, Outcome>();
  private readonly refused = new Map<string, Outcome>();
  /** Every command whose id is from before this may have been applied without being remembered. */
  private horizon: number;

  constructor(startedAt: number = Date.now()) {
    this.horizon = startedAt;
  }

  find(key: string): Outcome | undefined {
    return this.accepted.get(key) ?? this.refused.get(key);
  }

  /** An accepted outcome only: a refused command may be sent again and is judged anew. */
  findAccepted(key: string): Outcome | undefined {
    return this.accepted.get(key);
  }

  mayBeForgotten(id: string): boolean {
    return timeOf(id) < this.horizon + SKEW;
  }

  accept(key: string, outcome: Outcome): void {
    this.refused.delete(key);
    this.accepted.set(key, outcome);
    if (this.accepted.size <= REMEMBERED) return;
    for (const oldest of this.accepted.keys()) {
      this.accepted.delete(oldest);
      this.horizon = Math.max(this.horizon, timeOf(oldest.slice(oldest.indexOf(' ') + 1)));
      break;
    }
  }

  refuse(key: string, refused: Refusal): void {
    this.refused.set(key, { refused });
    if (this.refused.size <= REMEMBERED_REFUSALS) return;
    for (const oldest of this.refused.keys()) {
      this.refused.delete(oldest);
      break;
    }
  }

  /** Reads the receipts of these (account, id) pairs into memory. */
  async ask(client: Querying, pairs: readonly [account: string, id: string][]): Promise<void> {
    if (pairs.length === 0) return;
    const { rows } = await client.query<{ account: string; id: string; pos: string; no: number | null }>(
      `select r.account, r.id, r.pos, r.no from receipts r
       join unnest($1::text[], $2::text[]) asked(account, id) on r.account = asked.account and r.id = asked.id`,
      [pairs.map(([account]) => account), pairs.map(([, id]) => id)],
    );
    for (const { account, id, pos, no } of rows) this.accept(`${account} ${id}`, { pos: Number(pos), no });
  }
}
