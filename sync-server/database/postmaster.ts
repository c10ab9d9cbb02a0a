import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A PostgreSQL server as it describes itself in the folder it serves. */
export type Postmaster = { pid: number; port: number; socketDir: string; ready: boolean };

/** Reads postmaster.pid. Undefined when no server, alive or dead, has left one. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  const file = pidFile(cluster);
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return {
    pid: Number(lines[0]),
    port: Number(lines[3] ?? 0),
    socketDir: lines[4]?.trim() ?? '',
    ready: lines[7]?.trim() === 'ready',
  };
}

/**
 * Whether this process really is a server of this folder. A number alone proves nothing: after a restart of the machine or of a container
 * the same number belongs to somebody else, and PostgreSQL would refuse to start for ever.
 */
export function serves(pid: number, cluster: string): boolean {
  if (!pid || pid === process.pid || !exists(pid)) return false;
  if (process.platform === 'linux') return workingFolder(pid) === realpathSync(cluster);
  const [file, args] =
    process.platform === 'win32'
      ? (['tasklist', ['/FI', `PID eq ${pid}`, '/NH']] as const)
      : (['ps', ['-p', String(pid), '-o', 'command=']] as const);
  return (spawnSync(file, args, { encoding: 'utf8' }).stdout ?? '').includes('postgres');
}

/** Stops a server and what it has left behind: first politely, at last by force. Waits until everything is gone. */
export async function stopPostmaster(pid: number, cluster: string): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    send(pid, signal);
    if (await until(() => !serves(pid, cluster), patience)) break;
  }
  await clearRemains(cluster);
}

/**
 * Ends the children of a server that was killed, which hold its shared memory and refuse the next one, and removes its pid file.
 * Only for folders whose server is dead.
 */
export async function clearRemains(cluster: string): Promise<void> {
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of children(cluster)) send(pid, signal);
    if (await until(() => children(cluster).length === 0, 5_000)) break;
  }
  rmSync(pidFile(cluster), { force: true });
}

/** Processes that work in this folder. PostgreSQL's all do, by design; only Linux lets us look. */
function children(cluster: string): number[] {
  if (process.platform !== 'linux' || !existsSync(cluster)) return [];
  const folder = realpathSync(cluster);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingFolder(pid) === folder && /^postgres/.test(programName(pid)));
}

function workingFolder(pid: number): string | undefined {
  return readOrNothing(() => readlinkSync(`/proc/${pid}/cwd`));
}

function programName(pid: number): string {
  return readOrNothing(() => readFileSync(`/proc/${pid}/comm`, 'utf8')) ?? '';
}

/** Processes come and go while we look, and others' are closed to us: both mean "not one of ours". */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function until(condition: () => boolean, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) return false;
    await pause(20);
  }
  return true;
}

const pidFile = (cluster: string) => path.join(cluster, 'postmaster.pid');
