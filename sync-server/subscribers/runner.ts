import type pg from 'pg';
import type { Logger } from 'pino';
import type { SubscriberDefinition } from '#kernel/subscribers.ts';
import type { SubmitAsSystem } from '../system-door.ts';
import { deliver } from './delivery.ts';
import { restFor, sendWanted } from './wanted.ts';

/** Events of one transaction, at most. */
const BATCH = 500;
/** Milliseconds: the longest rest after failures. */
const LONGEST_BACKOFF = 60_000;

export interface RunnerDependencies {
  pool: pg.Pool;
  submit: SubmitAsSystem;
  log: Logger;
  /** Milliseconds between two rounds, so that many commits cost one look. */
  pace: number;
}

/** Keeps one subscriber current. Its failures, its slowness and its backlog are its own. */
export class SubscriberRunner {
  readonly definition: SubscriberDefinition;
  private readonly deps: RunnerDependencies;
  private readonly stopping = new AbortController();
  private wanted = false;
  private running: Promise<void> | null = null;
  private failures = 0;

  constructor(definition: SubscriberDefinition, deps: RunnerDependencies) {
    this.definition = definition;
    this.deps = deps;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.stopping.signal.aborted) return;
    this.wanted = true;
    this.running ??= this.run().finally(() => (this.running = null));
  }

  /** Resolves when everything recorded so far was delivered and sent. */
  async settled(): Promise<void> {
    this.wake();
    await this.running;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (this.wanted && !signal.aborted) {
      this.wanted = false;
      await restFor(await this.round(), signal);
    }
  }

  /** @returns milliseconds to rest */
  private async round(): Promise<number> {
    const { pool, submit, log, pace } = this.deps;
    const { name } = this.definition;
    try {
      // After a failure one event at a time, so that only the one that fails is held back.
      const delivered = await deliver(pool, this.definition, this.failures > 0 ? 1 : BATCH);
      await sendWanted({ pool, submit, log }, name, this.stopping.signal);
      this.failures = 0;
      if (delivered === 'caught up') return pace;
      this.wanted = true;
      return delivered === 'more' ? 0 : pace;
    } catch (error) {
      this.failures++;
      this.wanted = true;
      const rest = Math.min(pace * 2 ** Math.min(this.failures, 16), LONGEST_BACKOFF);
      log.warn({ err: error, subscriber: name, failures: this.failures, rest }, 'a subscriber failed; it tries again');
      return rest;
    }
  }
}
