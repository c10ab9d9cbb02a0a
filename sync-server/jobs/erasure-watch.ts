import type pg from 'pg';
import type { Logger } from 'pino';
import type { Job } from './jobs.ts';

/** Hours within which erased text has to be gone (E2). */
export const PROMISED = 24;

/** Compaction erases within minutes; where it cannot, the operator has to hear of it before the promise is broken silently. */
export const watchErasures = (pool: pg.Pool, log: Logger): Job => ({
  name: 'watch-erasures',
  cron: '7 * * * *',
  async run() {
    const { rows } = await pool.query<{ waiting: number; late: number; oldest: Date | null }>(
      `select count(*)::int as waiting, min(since) as oldest,
              count(*) filter (where since < now() - make_interval(hours => $1))::int as late from erasures`,
      [PROMISED],
    );
    const { waiting = 0, late = 0, oldest = null } = rows[0] ?? {};
    if (late > 0) log.warn({ late, oldest }, `erased text still stands in documents after ${PROMISED} hours`);
    return `${waiting} documents wait for their erasure, ${late} of them too long`;
  },
});
