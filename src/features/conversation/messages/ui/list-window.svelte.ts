import type { MessageRow } from './rows.ts';

/** More than this at once is a part of the history, not what is being said. */
const AT_ONCE = 8;

const same = (one: readonly MessageRow[], other: readonly MessageRow[]): boolean =>
  one.length === other.length && one.every((row, index) => row === other[index]);

/**
 * A list in two parts: the history, of which only what is near the screen is drawn, and the tail, what was said since and is drawn as it is.
 * A virtual list draws a new row by a guess, measures it, lays everything out again and goes to its end in another frame; what is said
 * now costs one row and nothing else.
 */
export class ListWindow {
  history = $state.raw<readonly MessageRow[]>([]);
  tail = $state.raw<readonly MessageRow[]>([]);
  /** Rows came or went at the start of the history: it keeps its place from its end. */
  shift = $state.raw(false);
  /** Rises when nothing of the former history is left: the list begins anew. */
  generation = $state.raw(0);

  /** The rows as they are now, oldest first. */
  take(rows: readonly MessageRow[]): void {
    const former = this.history;
    let split = this.#endOfHistory(rows);
    const anew = split === 0 && former.length > 0 && rows.length > 0;
    if (rows.length - split - this.tail.length > AT_ONCE || split === 0) split = rows.length;
    if (anew) this.generation++;
    const first = rows[0]?.message.id;
    this.#lay(rows, split, !anew && former.length > 0 && split > 0 && first !== former[0]?.message.id);
  }

  /** Gives the tail to the history, but for its last rows. */
  settle(keep: number): void {
    const rows = [...this.history, ...this.tail];
    this.#lay(rows, Math.max(this.history.length, rows.length - keep), false);
  }

  /** Behind the newest of the history that is still there. */
  #endOfHistory(rows: readonly MessageRow[]): number {
    for (let at = this.history.length - 1; at >= 0; at--) {
      const id = this.history[at]?.message.id;
      const last = rows.findLastIndex(({ message }) => message.id === id);
      if (last >= 0) return last + 1;
    }
    return 0;
  }

  #lay(rows: readonly MessageRow[], split: number, shift: boolean): void {
    const history = rows.slice(0, split);
    const tail = rows.slice(split);
    this.shift = shift;
    if (!same(this.tail, tail)) this.tail = tail;
    if (!same(this.history, history)) this.history = history;
  }
}
