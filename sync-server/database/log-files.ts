import pg from 'pg';

/** How many PostgreSQL itself keeps ahead from then on, with the one in use (min_wal_size: 80 MB of 16 MB each). */
const AHEAD = 4;

/**
 * Lays in the files that a new database's log goes on in. Later PostgreSQL takes files that it no longer needs, at every checkpoint; until
 * there are such, it makes the next one when a commit gets to it, and everybody waits while 16 MB of zeros are written and synced.
 */
export async function layInLogFiles(admin: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(admin);
  await client.connect();
  try {
    for (let made = 0; made < AHEAD; made++) {
      // A file to which nothing was written is not left.
      await client.query("select pg_logical_emit_message(false, 'hearth', '')");
      await client.query('select pg_switch_wal()');
    }
    // Those that were left are no longer needed: they become the next ones.
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
