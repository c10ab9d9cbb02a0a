import type { Pool, PoolClient } from 'pg';

/** Settings of the whole installation, by key; absent keys are undefined. */
export async function readInstance(sql: Pool | PoolClient, key: string): Promise<unknown> {
  const found = await sql.query<{ value: unknown }>('select value from instance where key = $1', [key]);
  return found.rows[0]?.value;
}

export async function writeInstance(sql: Pool | PoolClient, key: string, value: unknown): Promise<void> {
  await sql.query(
    'insert into instance (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, JSON.stringify(value)],
  );
}
