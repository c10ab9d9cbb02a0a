import type { ChainName } from '../../database/rows.ts';

/** A tab that has not said for this long what it shows is closed or frozen. Milliseconds. */
const FORGOTTEN = 20_000;

interface Interest {
  chains: ChainName[];
  visible: boolean;
  frugal: boolean;
  at: number;
}

/** What the tabs of this account show. */
export class Interests {
  readonly #tabs = new Map<string, Interest>();

  set(tab: string, chains: ChainName[], visible: boolean, frugal: boolean): void {
    this.#tabs.set(tab, { chains, visible, frugal, at: Date.now() });
  }

  remove(tab: string): void {
    this.#tabs.delete(tab);
  }

  chains(): Set<ChainName> {
    return new Set(this.#alive().flatMap(({ chains }) => chains));
  }

  /** Nobody looks, and the device should be spared. */
  get shouldRest(): boolean {
    const alive = this.#alive();
    return alive.length > 0 && alive.every(({ visible, frugal }) => !visible && frugal);
  }

  #alive(): Interest[] {
    for (const [tab, { at }] of this.#tabs) if (Date.now() - at > FORGOTTEN) this.#tabs.delete(tab);
    return [...this.#tabs.values()];
  }
}
