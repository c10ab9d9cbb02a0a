import { untrack } from 'svelte';
import type { Conversation } from './conversation.svelte.ts';
import type { ListGeometry } from './list-geometry.ts';
import type { MessageRow } from './rows.ts';

/** The list somebody reads in, as it is at this moment. */
export interface ReadList {
  rows(): readonly MessageRow[];
  /** How many of them stand in the virtual list, which lays them out by a guess at first. */
  virtual(): number;
  element(): HTMLElement | undefined;
  geometry: ListGeometry;
  /** At the newest, and following it. */
  resting(): boolean;
}

/** What was really seen of a list, and what is unread above and below the screen. */
export class Reading {
  readonly #conversation: Conversation;
  readonly #list: ReadList;
  /** The newest `no` that stood on the screen. */
  #readTo = -1;
  #measured = false;
  /** The unread line somebody has come to; another one is another. */
  #reached: number | null = null;
  /** Where the line began when it was drawn, and the end of what was missed: what is said later is followed as it comes. */
  readonly #missed = $derived.by(() => ({
    from: this.#conversation.view.unreadFrom,
    to: untrack(() => this.#conversation.channel.next),
  }));

  constructor(conversation: Conversation, list: ReadList) {
    this.#conversation = conversation;
    this.#list = list;
  }

  /** The `no` the unread line stands before. */
  get line(): number | null {
    return this.#missed.from;
  }

  /** Somebody came to the line. */
  reach(): void {
    this.#reached = this.line;
  }

  /** How many below the screen are unread. What was read once is not new again because somebody scrolled back. */
  get below(): number {
    const { channel, view } = this.#conversation;
    const rows = this.#list.rows();
    const from = Math.max(channel.read, this.#readTo + 1);
    const here = rows
      .slice(this.#list.geometry.lastWhole + 1)
      .filter(({ message }) => !message.mine && message.no !== null && message.no >= from);
    if (view.atEnd) return here.length;
    const end = rows.findLast(({ message }) => message.no !== null)?.message.no ?? 0;
    return here.length + Math.max(0, view.below - Math.max(0, from - end - 1));
  }

  /** What is unread and begins above the screen. Notes when the line itself is on it. */
  above(): { count: number; since: number } | null {
    const { from, to } = this.#missed;
    const { geometry } = this.#list;
    const rows = this.#list.rows();
    const [first] = rows;
    if (!first || from === null || from === this.#reached) return null;
    const line = rows.findIndex((row) => row.unread);
    const beyond = line < 0 && (first.message.no ?? 0) > from;
    if (!beyond && line < 0) return null;
    if (line >= 0 && geometry.topOf(line) >= geometry.top) {
      // While the rest is on its way it passes by an eye that rests at the end.
      const last = rows.findLast(({ message }) => message.no !== null)?.message.no ?? 0;
      if (line <= geometry.lastWhole && (!this.#list.resting() || last >= to - 1)) this.reach();
      return null;
    }
    const here = rows.filter(({ message: { no, mine } }) => !mine && no !== null && no >= from && no < to);
    const count = here.length + (beyond ? (first.message.no ?? from) - from : 0);
    return { count, since: (rows[line] ?? first).message.at };
  }

  /** Marks what stands on the screen as read: only what stood on a page somebody could see is. */
  readonly look = (): void => {
    const { geometry } = this.#list;
    if (!this.#list.element()?.isConnected || document.visibilityState !== 'visible') return;
    const rows = this.#list.rows();
    const last = Math.min(geometry.lastWhole, rows.length - 1);
    this.#measured ||= this.#isMeasured(last);
    if (!this.#measured) {
      // Once more when the list has looked; a reader whose first row fills the screen has seen none to its end.
      if (last >= 0) requestAnimationFrame(this.look);
      return;
    }
    const no = rows.slice(0, last + 1).findLast(({ message }) => message.no !== null)?.message.no ?? null;
    if (no === null) return;
    this.#readTo = Math.max(this.#readTo, no);
    this.#conversation.view.markRead(no);
  };

  /**
   * The list lays rows out by a guess until it has measured them, and by that guess more of them fit on the screen than do. Rows come
   * to be measured ahead of the screen, so only the first ones can be in doubt.
   */
  #isMeasured(upTo: number): boolean {
    const { geometry } = this.#list;
    const rows = this.#list.rows();
    const last = rows[upTo];
    const drawn = [...(this.#list.element()?.querySelectorAll<HTMLElement>('article.message') ?? [])];
    if (geometry.height === 0 || !last || !drawn.some(({ id }) => id === `message-${last.message.id}`)) return false;
    return drawn.every((article) => {
      const index = rows.findIndex(({ message }) => `message-${message.id}` === article.id);
      const height = article.closest('li')?.offsetHeight;
      if (index < 0 || index >= this.#list.virtual() || height === undefined) return true;
      return Math.abs(height - (geometry.bottomOf(index) - geometry.topOf(index))) < 2;
    });
  }
}
