import type pg from 'pg';
import type { Logger } from 'pino';
import type { EffectsTransaction, SubscriberDefinition, WantedCommand } from '#kernel/subscribers.ts';
import type { Author } from '../author/author.ts';
import type { SubmitAsSystem } from '../system-door.ts';
import { renumberForeignEvents } from './renumber.ts';
import { SubscriberRunner } from './runner.ts';
import { writeWanted } from './wanted.ts';

/** Milliseconds after which everyone looks, whoever recorded something without our hearing of it. */
const SLOWLY = 30_000;
const PACE = 250;

export interface SubscribersDependencies {
  definitions: readonly SubscriberDefinition[];
  author: Pick<Author, 'onCommitted'>;
  pool: pg.Pool;
  submit: SubmitAsSystem;
  log: Logger;
  pace?: number;
}

/** Everyone who reads recorded facts: a runner each, woken by commits. */
export class Subscribers {
  private readonly deps: SubscribersDependencies;
  private readonly runners = new Map<string, SubscriberRunner>();
  private readonly timer: NodeJS.Timeout;

  constructor(deps: SubscribersDependencies) {
    this.deps = deps;
    const { pool, submit, log, pace = PACE } = deps;
    for (const definition of deps.definitions) {
      if (this.runners.has(definition.name)) throw new TypeError(`two subscribers are called ${definition.name}`);
      this.runners.set(definition.name, new SubscriberRunner(definition, { pool, submit, log, pace }));
    }
    deps.author.onCommitted(() => this.wake());
    this.timer = setInterval(() => this.wake(), SLOWLY).unref();
  }

  get names(): string[] {
    return [...this.runners.keys()];
  }

  /** Before the first command: gives everyone a cursor, and sends what a former process still wanted. */
  async start(): Promise<void> {
    const { pool, log } = this.deps;
    await renumberForeignEvents(pool, log);
    await pool.query('insert into subscribers (name) select unnest($1::text[]) on conflict do nothing', [
      [...this.runners.keys()],
    ]);
    this.wake();
  }

  /**
   * Wants commands in a subscriber's name for something that is not an event. They are durable when this resolves, and sent
   * soon after.
   */
  async want(
    subscriber: string,
    cause: string,
    find: (tx: EffectsTransaction) => Promise<readonly WantedCommand[]>,
  ): Promise<void> {
    const runner = this.runners.get(subscriber);
    if (!runner) throw new TypeError(`nobody is called ${subscriber}`);
    const { pool } = this.deps;
    const tx: EffectsTransaction = {
      query: async <T>(sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows as T[],
    };
    await writeWanted(tx, { subscriber, cause, at: Date.now(), depth: 0 }, await find(tx));
    runner.wake();
  }

  /** Resolves when everything recorded so far was delivered and what came of it was sent. */
  async settled(): Promise<void> {
    await Promise.all([...this.runners.values()].map((runner) => runner.settled()));
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.runners.values()].map((runner) => runner.close()));
  }

  private wake(): void {
    for (const runner of this.runners.values()) runner.wake();
  }
}
