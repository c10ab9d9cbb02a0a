import type pg from 'pg';
import type { StoredEvent } from '#kernel/events.ts';
import type { EffectsTransaction, SubscriberDefinition } from '#kernel/subscribers.ts';
import { writeWanted } from './wanted.ts';

/** First half of an advisory lock's key: one runner per subscriber, whatever the number of processes. */
const LOCKS = 0x5b5;

/**
 * - `caught up`: nothing is left to read.
 * - `more`: the batch was full.
 * - `held up`: a transaction that began earlier still runs, or another process delivers; what follows has to wait.
 */
export type Delivered = 'caught up' | 'more' | 'held up';

interface Row {
  id: string;
  tx: string;
  partition: string;
  actor: string;
  command: string;
  depth: number;
  name: string;
  data: StoredEvent['data'];
  at: string;
}

/**
 * Delivers up to `limit` events. Effects, wanted commands and the cursor are one transaction: delivered again after a failure,
 * an event still has its effects once.
 *
 * Events stand in the order of their transactions, and only those of transactions older than every running one are read: one
 * that commits late would otherwise be passed by.
 */
export async function deliver(pool: pg.Pool, definition: SubscriberDefinition, limit: number): Promise<Delivered> {
  const { rows: ahead } = await pool.query(
    `select 1 from subscribers s where s.name = $1 and exists (select 1 from events e where (e.tx, e.id) > (s.tx, s.id))`,
    [definition.name],
  );
  if (ahead.length === 0) return 'caught up';
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const delivered = await deliverIn(client, definition, limit);
    const { command } = await client.query('commit');
    // A handler that swallows a failed statement leaves a transaction that can only be rolled back.
    if (command !== 'COMMIT') throw new Error(`${definition.name} went on after a statement of its own had failed`);
    return delivered;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => (broken = cause));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function deliverIn(client: pg.PoolClient, definition: SubscriberDefinition, limit: number): Promise<Delivered> {
  const { name } = definition;
  const { rows: locks } = await client.query<{ held: boolean }>(
    'select pg_try_advisory_xact_lock($1, hashtext($2)) as held',
    [LOCKS, name],
  );
  if (!locks[0]?.held) return 'held up';
  const { rows: bounds } = await client.query<{ tx: string; id: string; further: boolean }>(
    `with last as (
       select tx, id from events where tx < pg_snapshot_xmin(pg_current_snapshot()) order by tx desc, id desc limit 1)
     select last.tx::text, last.id::text,
            exists (select 1 from events e where (e.tx, e.id) > (last.tx, last.id)) as further from last`,
  );
  const [bound] = bounds;
  if (!bound) return 'held up';
  const { rows } = await client.query<Row>(
    `select e.id::text, e.tx::text, e.partition, e.actor, e.command, e.depth, e.name, e.data, e.at::text
       from events e, subscribers s
      where s.name = $1 and (e.tx, e.id) > (s.tx, s.id) and (e.tx, e.id) <= ($2::xid8, $3::bigint) and e.name = any($4)
      order by e.tx, e.id limit $5`,
    [name, bound.tx, bound.id, definition.events, limit],
  );
  const effects: EffectsTransaction = {
    query: async <T>(sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows as T[],
  };
  for (const { tx, ...row } of rows) {
    const event: StoredEvent = { ...row, id: `${tx}/${row.id}`, at: Number(row.at) };
    const wanted = await definition.handle(event, effects);
    if (wanted)
      await writeWanted(effects, { subscriber: name, cause: event.id, at: event.at, depth: event.depth + 1 }, wanted);
  }
  const full = rows.length === limit;
  const last = full ? rows.at(-1) : bound;
  await client.query(
    'update subscribers set tx = $2::xid8, id = $3 where name = $1 and (tx, id) < ($2::xid8, $3::bigint)',
    [name, last?.tx, last?.id],
  );
  return full ? 'more' : bound.further ? 'held up' : 'caught up';
}
