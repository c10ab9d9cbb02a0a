import { call, failureWords } from '#features/account/identity/ui/index.ts';

/** Something only the server knows, asked for while a screen is open. */
export class Asked<Answer> {
  answer = $state.raw<Answer>();
  /** Why there is no answer, in words. */
  trouble = $state<string>();
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    void this.again();
  }

  async again(): Promise<void> {
    this.trouble = undefined;
    try {
      this.answer = await call<Answer>('GET', this.#path);
    } catch (error) {
      this.trouble = failureWords(error);
    }
  }
}
