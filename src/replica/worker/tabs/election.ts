import { BEAT_EVERY, leaderLock, SILENCE } from '../../device/locks.ts';
import type { Bus } from '../../device/bus.ts';

export interface Leading {
  stop(): void;
}

/**
 * One tab of an account leads: it holds a Web Lock for as long as it lives. A frozen tab keeps its lock, so leaders beat, and
 * on silence another takes the lock away; the old one finds out by the AbortError and stops.
 */
export class Election {
  readonly #account: string;
  readonly #bus: Bus;
  readonly #lead: () => Leading;
  readonly #off: () => void;
  readonly #watch: ReturnType<typeof setInterval>;
  #leading: Leading | null = null;
  #release: (() => void) | null = null;
  #waiting: AbortController | null = null;
  #heard = Date.now();
  #stopped = false;
  /** Only tabs somebody looks at take the lock away: the timers of hidden ones may sleep. */
  visible = true;

  constructor(account: string, bus: Bus, lead: () => Leading) {
    this.#account = account;
    this.#bus = bus;
    this.#lead = lead;
    this.#off = bus.listen((message) => {
      if (message.t === 'beat') this.#heard = Date.now();
      if (message.t === 'hello' && this.#leading) bus.send({ t: 'beat' });
    });
    this.#watch = setInterval(() => this.#look(), BEAT_EVERY);
    this.#queue();
  }

  get leads(): boolean {
    return this.#leading !== null;
  }

  stop(): void {
    this.#stopped = true;
    this.#off();
    clearInterval(this.#watch);
    this.#waiting?.abort();
    this.#stepDown();
  }

  #look(): void {
    if (this.#leading) {
      this.#heard = Date.now();
      this.#bus.send({ t: 'beat' });
    } else if (this.visible && Date.now() - this.#heard > SILENCE) {
      this.#heard = Date.now();
      this.#waiting?.abort();
      this.#request({ steal: true });
    }
  }

  #queue(): void {
    this.#waiting = new AbortController();
    this.#request({ signal: this.#waiting.signal });
  }

  #request(options: LockOptions): void {
    navigator.locks
      .request(leaderLock(this.#account), options, () => this.#hold())
      .catch((error: unknown) => {
        if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
        // Either our place in the queue was given up on purpose, or the lock was taken from us while we led.
        if (!this.#leading) return;
        this.#stepDown();
        if (!this.#stopped) this.#queue();
      });
  }

  #hold(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#leading = this.#lead();
    this.#bus.send({ t: 'beat' });
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #stepDown(): void {
    this.#leading?.stop();
    this.#leading = null;
    this.#release?.();
    this.#release = null;
  }
}
