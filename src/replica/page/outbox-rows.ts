import type { NewOutboxRow } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';

/** The outbox as a page shows it: what is on the disk, then what is on its way there. */
export class OutboxRows {
  #adding: readonly OutboxRow[] = [];
  #look = '';

  /** A row that is being written to the disk; the order it gets there is not known yet. */
  add(row: NewOutboxRow): void {
    this.#adding = [...this.#adding, { ...row, order: Number.MAX_SAFE_INTEGER }];
  }

  /** It is on the disk, or will never be. */
  forget(id: string): void {
    this.#adding = this.#adding.filter((row) => row.id !== id);
  }

  /** The rows to show with what is on the disk; null when they look as before: the same again must not draw everything again. */
  with(stored: readonly OutboxRow[]): readonly OutboxRow[] | null {
    const known = new Set(stored.map(({ id }) => id));
    const rows = [...stored, ...this.#adding.filter(({ id }) => !known.has(id))];
    const look = JSON.stringify(
      rows.map(({ order: _order, envelope, ...row }) => [row, envelope.args, envelope.device]),
    );
    if (look === this.#look) return null;
    this.#look = look;
    return rows;
  }
}
