import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { superuser } from './cluster.ts';
import { readPostmaster, serves } from './postmaster.ts';

/** A running Hearth holds this advisory lock in its server: it ends with the process, however that dies. */
const lock = 4_857_218;

/** Holds the lock until released: taken again whenever its connection is lost, which a crash of any other connection brings about. */
export async function holdInUse(config: pg.ClientConfig): Promise<{ release(): Promise<void> }> {
  const released = new AbortController();
  let client: pg.Client | undefined;

  async function hold(): Promise<void> {
    const current = await connectWhenReady(config, released.signal);
    if (!current) return;
    client = current;
    current.once('end', () => {
      if (!released.signal.aborted) void hold();
    });
    // A connection that is lost meanwhile fails the query, too; its end is what brings us back.
    await current.query('select pg_advisory_lock($1)', [lock]).catch(() => current.end());
  }

  await hold();
  return {
    async release() {
      released.abort();
      await client?.end();
    },
  };
}

/** Connects as soon as the server lets us, however long its recovery takes. Undefined once it is told to stop trying. */
export async function connectWhenReady(config: pg.ClientConfig, stop: AbortSignal): Promise<pg.Client | undefined> {
  while (!stop.aborted) {
    const client = new pg.Client({ ...config, application_name: 'hearth in use' });
    // Its "end" says what there is to know; without a listener this event would end our process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch {
      await client.end();
      await pause(15);
    }
  }
  return undefined;
}

/** Whether a live Hearth works with the server in this folder. Waits while that server starts, stops or recovers. */
export async function isInUse(cluster: string, password: string | undefined): Promise<boolean> {
  const end = performance.now() + 30_000;
  for (;;) {
    const server = readPostmaster(cluster);
    if (!server || !serves(server.pid, cluster)) return false;
    const host = server.socketDir || '127.0.0.1';
    const client = new pg.Client({ host, port: server.port, user: superuser, database: 'postgres', password });
    try {
      await client.connect();
      const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [lock]);
      return rows[0]?.free === false;
    } catch {
      // Not yet listening, starting up, or about to end: the loop looks again, and gives a server that answers nobody up as dead.
      if (performance.now() > end) return false;
      await pause(50);
    } finally {
      await client.end();
    }
  }
}
