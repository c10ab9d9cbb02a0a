import { loadRules } from '../rules.ts';
import type { Ruling, RulingTools } from './ruling.ts';
import type * as writing from './writing.ts';

type Writing = Omit<typeof writing, 'Ruling'> & { ruling: Ruling };

/** The rules of this page, and what writes by them, once they are loaded. */
export class PageRules {
  #loaded = $state.raw<Writing | null>(null);
  readonly #tools: RulingTools;
  readonly #onLoaded: () => void;

  /** @param onLoaded they came, after the first paint: what is on the screen is predicted anew */
  constructor(tools: RulingTools, onLoaded: () => void) {
    this.#tools = tools;
    this.#onLoaded = onLoaded;
  }

  /** Null until they are here. */
  get loaded(): Writing | null {
    return this.#loaded;
  }

  async load(): Promise<Writing> {
    if (this.#loaded) return this.#loaded;
    const [registry, { Ruling, ...rest }] = await Promise.all([loadRules(), import('./writing.ts')]);
    if (!this.#loaded) {
      this.#loaded = { ...rest, ruling: new Ruling(registry, this.#tools) };
      this.#onLoaded();
    }
    return this.#loaded;
  }
}
