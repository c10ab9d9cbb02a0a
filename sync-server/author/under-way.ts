import type pg from 'pg';
import type { Batch } from './batch.ts';
import { statementOf } from './commit.ts';
import type { WrittenDocument } from './tick.ts';

/** A batch on its way into the database. */
export interface Commit {
  batch: Batch;
  written: WrittenDocument[];
  /** How long the database took. */
  milliseconds: number;
  /** Resolves when the database has answered, or will not; never rejects. */
  over: Promise<void>;
  ended: 'no' | 'durable' | { error: unknown };
}

/** One that the database works on, and one it takes up as soon as that is done. */
const MOST = 2;

/** Commits whose end is not known yet, or not yet told, in their order. */
export class UnderWay {
  private readonly commits: Commit[] = [];
  private readonly ended: () => void;

  /** @param ended called when the database has answered one of them */
  constructor(ended: () => void) {
    this.ended = ended;
  }

  get none(): boolean {
    return this.commits.length === 0;
  }

  /** Whether there are some and the oldest of them has not ended. */
  get waits(): boolean {
    return this.commits[0]?.ended === 'no';
  }

  get batches(): Batch[] {
    return this.commits.map(({ batch }) => batch);
  }

  /** What went wrong with the oldest of them. */
  get failure(): { error: unknown } | undefined {
    const [oldest] = this.commits;
    return typeof oldest?.ended === 'object' ? oldest.ended : undefined;
  }

  /**
   * Whether a batch may be sent: as the only one, or in line behind one commit. In line it has to be as large, since the
   * fewer commits there are the less each command costs.
   */
  takes({ accepted }: Batch): boolean {
    const [first] = this.commits;
    if (!first) return true;
    return this.commits.length < MOST && first.ended === 'no' && accepted.length >= first.batch.accepted.length;
  }

  send(client: pg.Client, batch: Batch): void {
    const written = batch.flush();
    const statement = statementOf(batch.tick, written);
    for (const [partition, pos] of batch.tick.partitions) partition.sent = pos;
    const sent: Commit = { batch, written, milliseconds: 0, over: Promise.resolve(), ended: 'no' };
    const before = this.commits.at(-1);
    const run = async () => {
      // It stands on the one before it: were that to fail, this must not come through, whatever the two of them touch.
      if (before && before.ended !== 'durable') throw new Error('the commit before this one failed');
      const began = performance.now();
      await client.query(statement);
      sent.milliseconds = performance.now() - began;
    };
    sent.over = (before ? before.over.then(run) : run())
      .then(
        () => void (sent.ended = 'durable'),
        (error: unknown) => void (sent.ended = { error }),
      )
      .then(this.ended);
    this.commits.push(sent);
  }

  /** Resolves when the database has answered all of them. */
  async over(): Promise<void> {
    await Promise.all(this.commits.map(({ over }) => over));
  }

  /** Takes away those that are durable, up to the first that is not. What others are told of is as of these from here on. */
  takeDurable(): Commit[] {
    const found = this.commits.findIndex(({ ended }) => ended !== 'durable');
    const durable = this.commits.splice(0, found === -1 ? this.commits.length : found);
    for (const { batch, written } of durable) {
      for (const { head, next, pos } of written) head.durable = { next, pos };
      for (const [partition, pos] of batch.tick.partitions) partition.pos = pos;
    }
    return durable;
  }

  /** Takes the rest away: nobody knows what became of them. */
  takeRest(): Commit[] {
    return this.commits.splice(0);
  }
}
