import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { superuser } from './cluster.ts';
import { clearRemains, readPostmaster, serves, stopPostmaster } from './postmaster.ts';

/** A running Hearth holds this advisory lock in its database: it ends with the process, however that dies. */
export const inUseLock = 4_857_218;

/** Name of the folders we make for sockets, by which we recognise the ones a killed server left. */
export const socketPrefix = 'hearth-pg-';

/** Notes beside the database where its socket is, so that a folder left in the system's temporary folder is found again. */
export function rememberSocket(cluster: string, folder: string): void {
  writeFileSync(`${cluster}.socket`, folder);
}

/** Removes the socket's folder of the last run. Only for folders whose server is dead. */
export function forgetSocket(cluster: string): void {
  const note = `${cluster}.socket`;
  if (!existsSync(note)) return;
  const folder = readFileSync(note, 'utf8').trim();
  if (path.basename(folder).startsWith(socketPrefix)) rmSync(folder, { recursive: true, force: true });
  rmSync(note);
}

/**
 * Makes a database folder free for a new server: stops the one that a killed Hearth left running, ends orphans, removes stale files.
 * Refuses when another Hearth is alive in it.
 */
export async function takeOver(cluster: string, password: string | undefined, log: Logger): Promise<void> {
  const left = readPostmaster(cluster);
  if (left && serves(left.pid, cluster)) {
    if (await inUse(cluster, password)) {
      throw new Error(
        `Another Hearth is running with ${path.dirname(cluster)} (its PostgreSQL is process ${left.pid}). ` +
          `Stop it first, or set HEARTH_DATA_DIR to another folder.`,
      );
    }
    log.warn({ postgresPid: left.pid }, 'A PostgreSQL was left running in our data folder; stopping it to take over.');
    await stopPostmaster(left.pid, cluster);
  } else if (left) {
    log.warn({ postgresPid: left.pid }, 'PostgreSQL was not shut down last time; it will recover from its log.');
    await clearRemains(cluster);
  }
  forgetSocket(cluster);
}

/** Whether a live Hearth works with the server in this folder. Waits while that server starts, stops or recovers. */
async function inUse(cluster: string, password: string | undefined): Promise<boolean> {
  const end = performance.now() + 30_000;
  for (;;) {
    const server = readPostmaster(cluster);
    if (!server || !serves(server.pid, cluster)) return false;
    const host = server.socketDir || '127.0.0.1';
    const client = new pg.Client({ host, port: server.port, user: superuser, database: 'postgres', password });
    try {
      await client.connect();
      const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [inUseLock]);
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
