import type pg from 'pg';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import type { Author } from './author.ts';
import { readState } from './store.ts';

/** Log rows of one document from which a snapshot is worth writing. */
const MANY_ROWS = 1000;
/** Milliseconds between two rounds. */
const ROUND = 30_000;
/** Documents rewritten in one round, so that a round never takes the database for itself. */
const PER_ROUND = 50;

/**
 * Rewrites documents as one state: those whose text was erased (E2), and those whose log grew long. It loads and encodes;
 * merging updates would keep the erased text. Runs beside the author, which only ever adds rows after the ones read here.
 */
export class Compaction {
  private readonly pool: pg.Pool;
  private readonly log: Logger;
  private readonly timer: NodeJS.Timeout;
  private readonly grown = new Map<string, number>();
  private running: Promise<void> = Promise.resolve();
  private closing = false;

  constructor({ author, pool, log }: { author: Author; pool: pg.Pool; log: Logger }) {
    this.pool = pool;
    this.log = log;
    this.timer = setInterval(() => this.start(), ROUND).unref();
    author.onCommitted(({ documents }) => {
      for (const { name } of documents) this.grown.set(name, (this.grown.get(name) ?? 0) + 1);
    });
  }

  /** One round now; resolves when it is over. */
  run(): Promise<void> {
    this.running = this.running.then(() => this.round());
    return this.running;
  }

  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    this.run().catch((error: unknown) => this.log.warn({ err: error }, 'compaction waits for the next round'));
    this.running = this.running.catch(() => undefined);
  }

  private async round(): Promise<void> {
    const erased = await this.pool.query<{ document: string }>(
      'select document from erasures order by since limit $1',
      [PER_ROUND],
    );
    const names = new Set(erased.rows.map((row) => row.document));
    for (const [name, rows] of this.grown) if (rows >= MANY_ROWS && names.size < PER_ROUND) names.add(name);
    for (const name of names) {
      if (this.closing) return;
      await this.compact(name);
      this.grown.delete(name);
    }
    if (erased.rows.length > 0) await this.pool.query('vacuum log, snapshots');
  }

  private async compact(name: string): Promise<void> {
    const rows = await readState(this.pool, name);
    const last = rows.at(-1);
    if (!last) return;
    const doc = new Y.Doc();
    doc.transact(() => rows.forEach(({ update }) => Y.applyUpdate(doc, update)));
    const state = Buffer.from(Y.encodeStateAsUpdate(doc));
    doc.destroy();
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into snapshots (document, pos, owner, state) values ($1, $2, $3, $4)
         on conflict (document) do update set pos = excluded.pos, state = excluded.state where snapshots.pos <= excluded.pos`,
        [name, last.pos, name.split('/')[1], state],
      );
      await client.query('delete from log where document = $1 and pos <= $2', [name, last.pos]);
      // An erasure committed while this ran stands in a later row of the log: it stays noted.
      await client.query('delete from erasures where document = $1 and pos <= $2', [name, last.pos]);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }
}
