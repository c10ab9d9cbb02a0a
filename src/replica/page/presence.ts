import { ulid } from '#kernel/ids.ts';
import type { Bus } from '../device/bus.ts';

/** How often a tab repeats what it shows, so that a leader can forget the closed ones. Milliseconds. */
const REPEAT = 5_000;

interface Battery {
  charging: boolean;
}

type Sparing = { connection?: { saveData?: boolean }; getBattery?: () => Promise<Battery> };

/** Tells the leader what this tab shows. */
export class TabPresence {
  readonly #bus: Bus;
  readonly #chains: () => string[];
  readonly #tab = ulid();
  readonly #timer: ReturnType<typeof setInterval>;
  #battery: Battery | null = null;

  constructor(bus: Bus, chains: () => string[]) {
    this.#bus = bus;
    this.#chains = chains;
    this.#timer = setInterval(() => this.tell(), REPEAT);
    void this.#watchBattery();
  }

  tell(): void {
    const saving = (navigator as Sparing).connection?.saveData ?? false;
    const frugal = saving || this.#battery?.charging === false;
    this.#bus.send({
      t: 'interest',
      tab: this.#tab,
      chains: this.#chains(),
      visible: document.visibilityState === 'visible',
      frugal,
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bus.send({ t: 'bye', tab: this.#tab });
  }

  async #watchBattery(): Promise<void> {
    this.#battery = (await (navigator as Sparing).getBattery?.()) ?? null;
  }
}
