import type pg from 'pg';
import { RECEIPT_DAYS } from '../gate/parse.ts';
import type { Job } from './jobs.ts';

/** Days an event is kept after every subscriber has read it: longer than receipts, so that a replay sends nothing twice. */
export const EVENT_DAYS = 400;
/** Rows deleted by one statement, so that none of them holds locks for long. */
const BATCH = 10_000;

/** Deletes in batches until a batch is not full. @returns how many rows */
async function deleteAll(pool: pg.Pool, sql: string, values: unknown[]): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(sql, values);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return deleted;
  }
}

/** Receipts of commands that are refused by their age anyway (C7). */
export const forgetReceipts = (pool: pg.Pool): Job => ({
  name: 'forget-receipts',
  cron: '17 3 * * *',
  async run() {
    const deleted = await deleteAll(
      pool,
      `delete from receipts where (account, id) in (
         select account, id from receipts where at < now() - make_interval(days => $1) limit ${BATCH})`,
      [RECEIPT_DAYS],
    );
    return `${deleted} receipts`;
  },
});

/** Old events, as far as everyone who reads them has come. */
export const forgetEvents = (pool: pg.Pool, subscribers: readonly string[]): Job => ({
  name: 'forget-events',
  cron: '27 3 * * *',
  async run() {
    const deleted = await deleteAll(
      pool,
      `delete from events where (tx, id) in (
         select tx, id from events
          where at < $1 and not exists (
            select 1 from unnest($2::text[]) reader(name) left join subscribers s on s.name = reader.name
             where s.name is null or (s.tx, s.id) < (events.tx, events.id))
          order by tx, id limit ${BATCH})`,
      [Date.now() - EVENT_DAYS * 86_400_000, subscribers],
    );
    return `${deleted} events`;
  },
});

/** Sessions, tokens and one-time codes past their end. Whoever still held one was refused already. */
export const forgetSessions = (pool: pg.Pool): Job => ({
  name: 'forget-sessions',
  cron: '37 * * * *',
  async run() {
    const counts: string[] = [];
    for (const table of ['sessions', 'access_tokens', 'verifications']) {
      const deleted = await deleteAll(
        pool,
        `delete from ${table} where id in (select id from ${table} where expires_at < now() limit ${BATCH})`,
        [],
      );
      counts.push(`${deleted} ${table.replace('_', ' ')}`);
    }
    return counts.join(', ');
  },
});
