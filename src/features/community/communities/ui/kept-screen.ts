import { version } from '$app/environment';
import { drawStill, StyleMissing } from '#design/still/draw-still.ts';
import type { Replica, Still } from '#replica/api.ts';
import { whenIdle } from './when-idle.ts';

/** A screen is drawn when nothing changed for this long, in milliseconds. */
const QUIET = 1_500;

/** Keeps what is on the screen for the next start of this address, which paints it before the app is there. */
export class KeptScreen {
  readonly #replica: Replica;
  readonly #listeners = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(replica: Replica) {
    this.#replica = replica;
    const { signal } = this.#listeners;
    const forget = replica.onWritten(() => this.changed());
    signal.addEventListener('abort', forget);
    // Drafts, and where one scrolled to, are nothing that is told.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && this.#keep(), {
      signal,
    });
    this.changed();
  }

  /** Something else is on the screen, or what stands there changed. */
  changed(): void {
    clearTimeout(this.#timer);
    if (this.#listeners.signal.aborted) return;
    this.#timer = setTimeout(() => whenIdle(() => this.#keep()), QUIET);
  }

  stop(): void {
    this.#listeners.abort();
    clearTimeout(this.#timer);
  }

  #keep(): void {
    const { pathname, search } = location;
    // Without the service worker nobody would show it.
    if (this.#listeners.signal.aborted || search !== '' || !navigator.serviceWorker?.controller) return;
    void this.#replica.keepStill(pathname, () => this.#draw());
  }

  async #draw(): Promise<Still | null> {
    const root = document.querySelector<HTMLElement>('.frame');
    try {
      const still = root && (await drawStill(this.#replica.account.id, root));
      return still && { version, ...still };
    } catch (error) {
      // Without a network, and not kept yet: a picture without its styles would be worse than none.
      if (error instanceof StyleMissing) return null;
      throw error;
    }
  }
}
