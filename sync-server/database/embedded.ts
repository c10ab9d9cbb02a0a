import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import { embeddedBinaries, type Binaries } from './binaries.ts';
import { checkVersion, createCluster, environment, readPassword, superuser } from './cluster.ts';
import { connectWhenReady, holdInUse } from './in-use.ts';
import { layInLogFiles } from './log-files.ts';
import { clearRemains } from './postmaster.ts';
import { chooseRunner, type Runner } from './runner.ts';
import { createRole } from './role.ts';
import { forgetSocket, rememberSocket, socketPrefix, takeOver } from './takeover.ts';

export type EmbeddedOptions = {
  /** Folder of all of Hearth's data; the database's files are its subfolder "postgres". */
  dataDir: string;
  log: Logger;
  /** Default: the PostgreSQL that npm installed. */
  binaries?: Binaries;
  /** False only in tests: commits reach the system, not the disk. A killed process loses nothing, a machine without power may. */
  durable?: boolean;
  maxConnections?: number;
};

export type EmbeddedPostgres = {
  /** How to connect, as Hearth's own role, to Hearth's own database. Stays valid when the server is restarted. */
  config: pg.ClientConfig;
  /** Process id of the running server, undefined while it is down. */
  readonly pid: number | undefined;
  /** Fast shutdown: open transactions are rolled back, what was committed is on the disk. */
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL that comes with Hearth, and starts it again whenever it dies. At the first start the database is created; a server that
 * a killed Hearth left behind is stopped first. Throws in words when it cannot work here.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, durable = true } = options;
  const binaries = options.binaries ?? (await embeddedBinaries());
  const dataDir = path.resolve(options.dataDir);
  const cluster = path.join(dataDir, 'postgres');
  mkdirSync(dataDir, { recursive: true });
  checkVersion(cluster, binaries);
  await takeOver(cluster, readPassword(cluster), log);
  const runner = chooseRunner(cluster, binaries);
  const created = await createCluster(cluster, binaries, runner, durable);
  const password = readPassword(cluster);
  const address = process.platform === 'win32' ? await loopback() : socketFolder(cluster, runner);
  const admin = { ...address, user: superuser, database: 'postgres', password } satisfies pg.ClientConfig;
  const command = runner.command(...dyingWithUs(binaries.postgres, serverArguments(cluster, address, options)));

  let server: ChildProcess | undefined;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    if (address.host !== '127.0.0.1')
      for (const file of readdirSync(address.host)) rmSync(path.join(address.host, file));
    // Its own session: Ctrl-C in the terminal must reach us alone, so that the last commits can drain.
    const child = spawn(command.file, command.args, {
      ...command.options,
      cwd: dataDir,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lastLines = follow(child, log);
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`it ended (${signal ?? code})`));
    });
    server = child;
    const over = new AbortController();
    void ended.then(() => over.abort());
    const client = await connectWhenReady(admin, over.signal);
    if (!client) throw new Error(`PostgreSQL did not start: ${await ended}.\n${lastLines.join('\n')}`);
    await client.end();
    void ended.then((how) => {
      if (stopping) return;
      log.error({ postgresPid: child.pid, lastLines }, `PostgreSQL died: ${how}. Starting it again.`);
      restarting = restart();
    });
  }

  async function restart(): Promise<void> {
    for (let wait = 100; !stopping; wait = Math.min(wait * 2, 10_000)) {
      try {
        await clearRemains(cluster);
        await start();
        log.warn({ postgresPid: server?.pid }, 'PostgreSQL is running again.');
        return;
      } catch (error) {
        log.error({ err: error }, `PostgreSQL did not come back; trying again in ${wait} ms.`);
        await pause(wait);
      }
    }
  }

  const startedAt = performance.now();
  await start();
  const inUse = await holdInUse(admin);
  const config = await createRole(admin);
  // Without the disk there is nothing to wait for.
  if (created && durable) await layInLogFiles(admin);
  log.info(
    { postgresPid: server?.pid, as: runner.description, ms: Math.round(performance.now() - startedAt) },
    'PostgreSQL is running.',
  );

  return {
    config,
    get pid() {
      return server?.exitCode === null && server.signalCode === null ? server.pid : undefined;
    },
    async stop() {
      stopping = true;
      await restarting;
      await inUse.release();
      if (server) await shutDown(server);
      forgetSocket(cluster);
    },
  };
}

function serverArguments(
  cluster: string,
  address: Address,
  { durable = true, maxConnections = 60 }: EmbeddedOptions,
): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: address.host === '127.0.0.1' ? '127.0.0.1' : '',
    port: address.port,
    unix_socket_directories: address.host === '127.0.0.1' ? '' : address.host,
    unix_socket_permissions: '0700',
    max_connections: maxConnections,
    shared_buffers: '128MB',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    // What people wrote must not reach the log by way of a failed statement or a duplicate key.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

type Address = { host: string; port: number };

/** A short path: sockets' paths end at about 100 characters. Closed to everyone but the server and us. */
function socketFolder(cluster: string, runner: Runner): Address {
  const parent = os.tmpdir().length > 60 ? '/tmp' : os.tmpdir();
  const host = mkdtempSync(path.join(parent, socketPrefix));
  if (runner.uid !== undefined) chownSync(host, runner.uid, runner.uid);
  rememberSocket(cluster, host);
  return { host, port: 5432 };
}

/** A free port of this machine, for systems without unix sockets. */
async function loopback(): Promise<Address> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return { host: '127.0.0.1', port };
}

/** Where the kernel can (Linux), PostgreSQL shuts itself down when we are killed; elsewhere the next start takes over. */
function dyingWithUs(program: string, args: string[]): [string, string[]] {
  const can = process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true']).status === 0;
  return can ? ['setpriv', ['--pdeathsig', 'INT', '--', program, ...args]] : [program, args];
}

/** Passes the server's words on to our log and returns the last of them, for error messages. */
function follow(child: ChildProcess, log: Logger): string[] {
  const lastLines: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      // Our own knocking until it lets us in.
      const expected = /the database system is (starting up|not yet accepting)/.test(line);
      const level = expected ? undefined : /(ERROR|WARNING|FATAL|PANIC):/.exec(line)?.[1];
      log[level === 'PANIC' ? 'error' : level ? 'warn' : 'debug']({ postgres: line }, 'PostgreSQL says');
    }
  });
  return lastLines;
}

async function shutDown(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGINT');
  const impatient = setTimeout(() => server.kill('SIGQUIT'), 8_000);
  await gone;
  clearTimeout(impatient);
}
