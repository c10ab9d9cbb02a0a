import { failureWords } from './words.ts';

/** What is wrong with a field, or undefined, and where to put it right. */
export type Checked = [problem: string | undefined, field?: HTMLElement | undefined];

/** A form on its way to the server: one at a time, not before every field is right, and with words for what failed. */
export class Submission {
  /** What is wrong with fields is said from the first try on. */
  tried = $state(false);
  busy = $state(false);
  failure = $state<string>();
  readonly #words: (error: unknown) => string;

  /** @param words for what failed; throws what it has none for */
  constructor(words: (error: unknown) => string = failureWords) {
    this.#words = words;
  }

  /** Puts the focus on the first field that is wrong; with none, does the work. @returns whether it was done */
  async send(event: SubmitEvent, checked: Checked[], work: () => Promise<void>): Promise<boolean> {
    event.preventDefault();
    this.tried = true;
    this.failure = undefined;
    if (this.busy) return false;
    const wrong = checked.find(([problem]) => problem);
    if (wrong) {
      wrong[1]?.focus();
      return false;
    }
    this.busy = true;
    try {
      await work();
      this.tried = false;
      return true;
    } catch (error) {
      this.failure = this.#words(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
