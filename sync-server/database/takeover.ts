import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { isInUse } from './in-use.ts';
import { clearRemains, readPostmaster, serves, stopPostmaster } from './postmaster.ts';

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
    if (await isInUse(cluster, password)) {
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
