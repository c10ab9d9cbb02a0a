import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#kernel/problem.ts';

export type LimitFigures = {
  /** Attempts to sign in, up or set up from one address in 15 minutes. */
  attemptsPerAddress: number;
  /** Wrong passwords for one account in 15 minutes, from wherever they come. */
  failuresPerAccount: number;
  /** New accounts from one address in an hour. */
  accountsPerAddress: number;
};

export const defaultLimits: LimitFigures = { attemptsPerAddress: 60, failuresPerAccount: 10, accountsPerAddress: 20 };

/** How often somebody may try to get in. Counted in memory: a restart forgives, which is cheaper than a table to guard. */
export class EntryLimits {
  readonly #attempts: RateLimiterMemory;
  readonly #failures: RateLimiterMemory;
  readonly #accounts: RateLimiterMemory;

  constructor(figures: LimitFigures) {
    const quarter = 15 * 60;
    this.#attempts = new RateLimiterMemory({ points: figures.attemptsPerAddress, duration: quarter });
    this.#failures = new RateLimiterMemory({ points: figures.failuresPerAccount, duration: quarter });
    this.#accounts = new RateLimiterMemory({ points: figures.accountsPerAddress, duration: 60 * 60 });
  }

  /** Spends one attempt of this address; refuses with 429 past the limit. */
  attempt(address: string): Promise<void> {
    return spend(this.#attempts, address);
  }

  account(address: string): Promise<void> {
    return spend(this.#accounts, address);
  }

  /**
   * Spends one guess for this account before the password is looked at, so that guesses made at once count as well as
   * guesses made in turn. `succeeded` gives them back.
   */
  guess(email: string): Promise<void> {
    return spend(this.#failures, key(email));
  }

  async succeeded(email: string): Promise<void> {
    await this.#failures.delete(key(email));
  }
}

function key(email: string): string {
  return email.trim().toLowerCase();
}

async function spend(limiter: RateLimiterMemory, by: string): Promise<void> {
  try {
    await limiter.consume(by);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const seconds = Math.ceil(refused.msBeforeNext / 1000);
    throw new Problem({
      code: 'too-often',
      status: 429,
      title: 'Too many tries',
      detail: `This was tried too often. It opens again in ${inWords(seconds)}.`,
      kept: 'Nothing was changed.',
      todo: 'Wait, then try once more.',
      retryAfter: seconds,
    });
  }
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes > 1 ? `${minutes} minutes` : 'a minute';
}
