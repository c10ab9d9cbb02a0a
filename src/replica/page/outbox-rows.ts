import type { NewOutboxRow } from '../database/database.ts';
import { NOT_KEPT, type OutboxRow } from '../database/rows.ts';

const alike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The outbox as a page shows it: what is on the disk, then what is on its way there. */
export class OutboxRows {
  /** As they were last read. */
  kept: readonly OutboxRow[] = [];
  #adding: readonly OutboxRow[] = [];
  #arrived: string[] = [];

  /** A row that is being written to the disk; the order it gets there is not known yet. */
  add(row: NewOutboxRow): void {
    this.#adding = [...this.#adding, { ...row, order: NOT_KEPT }];
  }

  /** It is on the disk: what is read next tells what became of it. */
  arrived(id: string): void {
    this.#arrived.push(id);
  }

  /** It will never be on the disk. */
  forget(id: string): void {
    this.#adding = this.#adding.filter((row) => row.id !== id);
  }

  /** To be called before the disk is read; the answer takes over what was read then. */
  reading(): (stored: readonly OutboxRow[]) => void {
    const arrived = this.#arrived;
    this.#arrived = [];
    return (stored) => {
      this.#take(stored);
      this.#adding = this.#adding.filter(({ id }) => !arrived.includes(id));
    };
  }

  /** Whether something that is shown as kept is not among these any more. */
  misses(stored: readonly OutboxRow[]): boolean {
    const there = new Set(stored.map(({ id }) => id));
    return this.kept.some(({ id }) => !there.has(id));
  }

  /** What looks as before stays the same objects: the same again must not draw everything again. */
  #take(stored: readonly OutboxRow[]): void {
    const known = new Map(this.shown.map((row) => [row.id, row]));
    const rows = stored.map((row) => {
      const former = known.get(row.id);
      if (!former || alike(former, row)) return former ?? row;
      return alike(former.envelope, row.envelope) ? { ...row, envelope: former.envelope } : row;
    });
    const same = rows.length === this.kept.length && rows.every((row, index) => row === this.kept[index]);
    if (!same) this.kept = rows;
  }

  get shown(): readonly OutboxRow[] {
    const known = new Set(this.kept.map(({ id }) => id));
    return [...this.kept, ...this.#adding.filter(({ id }) => !known.has(id))];
  }
}
