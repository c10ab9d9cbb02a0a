import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testLog as log } from '#tests/support/postgres-server.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts';
import { readPostmaster, serves } from './postmaster.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

let dataDir: string;
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = path.join(mkdtempSync(path.join(os.tmpdir(), 'hearth-test-')), 'data');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGTERM')));
  await vi.waitFor(() => expect(runningIn(dataDir)).toBe(false), { timeout: 20_000 });
  rmSync(path.dirname(dataDir), { recursive: true });
});

/** Killed processes lose nothing without fsync, only killed machines do: most tests need not wait for the disk. */
async function start({ durable = false } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, durable });
  servers.push(server);
  return server;
}

async function query(config: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until the server, which may be down for a moment, answers. */
const answers = (config: pg.ClientConfig, sql: string) =>
  vi.waitFor(() => query(config, sql), { timeout: 30_000, interval: 50 });

function runningIn(folder: string): boolean {
  const cluster = path.join(folder, 'postgres');
  const left = readPostmaster(cluster);
  return left !== undefined && serves(left.pid, cluster);
}

/** A Hearth's database in a process of its own. Resolves once it is up, rejects with its words when it cannot start. */
async function startElsewhere({ as = [], PATH }: { as?: string[]; PATH?: string } = {}): Promise<ChildProcess> {
  const script = path.resolve(import.meta.dirname, '../../tests/support/embedded-process.ts');
  const [file = process.execPath, ...args] = [...as, process.execPath, script, dataDir];
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(PATH ? { PATH } : {}) },
  });
  children.push(child);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.includes('up\n')) resolve();
    });
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.once('close', () => reject(new Error(output)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** A PATH that holds these programs only: what is named is the system's, what is given as text is a script. */
function pathWith(programs: Record<string, string>): string {
  const tools = path.join(path.dirname(dataDir), 'tools');
  mkdirSync(tools, { mode: 0o755 });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return tools;
}

test('the first start makes a durable database of its own, later starts find what was written', async () => {
  const first = await start({ durable: true });
  expect(await query(first.config, 'show fsync')).toEqual([{ fsync: 'on' }]);
  expect(await query(first.config, 'select usesuper from pg_user where usename = current_user')).toEqual([
    { usesuper: false },
  ]);
  await query(first.config, 'create table fires as select 1 as id');
  await first.stop();
  expect(runningIn(dataDir)).toBe(false);
  expect(existsSync(String(first.config.host))).toBe(false);

  const second = await start();
  expect(await query(second.config, 'select * from fires')).toEqual([{ id: 1 }]);
});

test('a server that dies is started again at the same address, with everything it had committed', async () => {
  const server = await start();
  await query(server.config, 'create table fires as select 1 as id');
  const before = server.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await vi.waitFor(() => expect(server.pid).not.toBe(before), { timeout: 30_000 });
  expect(await answers(server.config, 'select * from fires')).toEqual([{ id: 1 }]);
});

test.runIf(isLinux)('a server whose busy children survive it is started again', async () => {
  const server = await start();
  const busy = query(server.config, 'select count(*) from generate_series(1, 1e12::bigint)');
  const failed = expect(busy).rejects.toThrow();
  await answers(
    server.config,
    "select 1 / count(*) from pg_stat_activity where query like '%1e12%' and state = 'active' and pid <> pg_backend_pid()",
  );
  process.kill(server.pid ?? 0, 'SIGKILL');
  await failed;
  await answers(server.config, 'select 1');
});

test('when Hearth is killed, the next start takes over with everything that was committed', async () => {
  const child = await startElsewhere();
  const left = readPostmaster(path.join(dataDir, 'postgres'));
  await query({ host: left?.socketDir, user: 'hearth', database: 'hearth' }, 'create table fires as select 1 as id');
  await end(child, 'SIGKILL');
  const server = await start();
  expect(await query(server.config, 'select * from fires')).toEqual([{ id: 1 }]);
});

test.runIf(isLinux)('a server that outlives a killed Hearth is stopped by the next start', async () => {
  // Without setpriv nothing tells PostgreSQL that its parent is gone.
  const PATH = pathWith({ unshare: 'exec /usr/bin/unshare "$@"', true: 'exit 0' });
  const child = await startElsewhere({ PATH });
  const orphan = readPostmaster(path.join(dataDir, 'postgres'))?.pid ?? 0;
  await end(child, 'SIGKILL');
  expect(runningIn(dataDir)).toBe(true);
  const server = await start();
  expect(server.pid).not.toBe(orphan);
  await answers(server.config, 'select 1');
});

test('a note that names a process of somebody else does not keep a server from starting', async () => {
  const server = await start();
  const file = path.join(dataDir, 'postgres', 'postmaster.pid');
  const note = readFileSync(file, 'utf8');
  await server.stop();
  writeFileSync(file, note.replace(/^\d+/, String(process.ppid)));
  await answers((await start()).config, 'select 1');
});

test('the database of another running Hearth is refused in words and left alone', async () => {
  const server = await start();
  await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
    /Another Hearth is running with .*data.*HEARTH_DATA_DIR/,
  );
  await answers(server.config, 'select 1');
});

test('a crash of one connection, which ends all of them, does not open the door to another Hearth', async () => {
  const server = await start();
  const crashed = new pg.Client(server.config);
  crashed.on('error', () => undefined);
  await crashed.connect();
  const { rows } = await crashed.query<{ pid: number }>('select pg_backend_pid() as pid');
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  const holders = "select count(*)::int from pg_locks where locktype = 'advisory' and granted";
  await vi.waitFor(async () => expect(await query(server.config, holders)).toEqual([{ count: 1 }]), {
    timeout: 30_000,
  });
  await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow('Another Hearth is running');
});

test('files of another major version are refused with the way out, and not touched', async () => {
  await (await start()).stop();
  const version = path.join(dataDir, 'postgres', 'PG_VERSION');
  writeFileSync(version, '12\n');
  const before = readdirSync(path.join(dataDir, 'postgres'));
  await expect(start()).rejects.toThrow(
    /made by PostgreSQL 12.*Nothing was touched.*bin\/hearth backup.*bin\/hearth restore/s,
  );
  expect(readdirSync(path.join(dataDir, 'postgres'))).toEqual(before);
});

test('a new database goes on in files that are there already: no commit waits for one to be made', async () => {
  const server = await start({ durable: true });
  const folder = path.join(dataDir, 'postgres', 'pg_wal');
  const files = () => new Map(readdirSync(folder).map((name) => [name, statSync(path.join(folder, name))]));
  const laidIn = files();
  // To the end of one file, and on into the next.
  await query(server.config, "select pg_logical_emit_message(true, 'test', repeat('x', 20000000))");
  const [now] = await query(
    { ...server.config, user: 'postgres' },
    'select pg_walfile_name(pg_current_wal_lsn()) as name',
  );
  const name = String(now?.['name']);
  expect(files().get(name)?.ino).toBe(laidIn.get(name)?.ino);
  expect([...laidIn.keys()].filter((other) => /^[0-9A-F]{24}$/.test(other) && other > name)).not.toHaveLength(0);
});

test('a first start that was interrupted is begun again', async () => {
  mkdirSync(path.join(dataDir, 'postgres.new', 'base'), { recursive: true });
  await answers((await start()).config, 'select 1');
});

test("a folder of somebody else's is refused and not touched", async () => {
  mkdirSync(path.join(dataDir, 'postgres'), { recursive: true });
  writeFileSync(path.join(dataDir, 'postgres', 'letters.txt'), 'dear Ada');
  await expect(start()).rejects.toThrow('holds no PostgreSQL database. Nothing was touched.');
  expect(readdirSync(path.join(dataDir, 'postgres'))).toEqual(['letters.txt']);
});

test('what people wrote does not reach the log by a failed statement', async () => {
  const lines: unknown[] = [];
  const listening = log.child({}, { level: 'debug' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(listening, level).mockImplementation((...args: unknown[]) => void lines.push(args));
  const server = await startEmbeddedPostgres({ dataDir, log: listening });
  servers.push(server);
  await query(server.config, 'create table letters (text text unique)');
  await query(server.config, "insert into letters values ('a secret letter')");
  await expect(query(server.config, "insert into letters values ('a secret letter')")).rejects.toThrow('duplicate key');
  await server.stop();
  const written = JSON.stringify(lines);
  expect(written).toContain('duplicate key');
  expect(written).not.toContain('a secret letter');
});

describe.runIf(isRoot && isLinux)('started by root', () => {
  test('a folder that only root can enter works', async () => {
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o700);
    chmodSync(path.dirname(dataDir), 0o700);
    await answers((await start()).config, 'select 1');
  });

  const noNamespaces = { unshare: 'exit 1' };

  test('where root may not open a namespace, PostgreSQL runs as nobody in a folder that everyone may enter', async () => {
    chmodSync(path.dirname(dataDir), 0o755);
    await startElsewhere({ PATH: pathWith(noNamespaces) });
    expect(statSync(path.join(dataDir, 'postgres')).uid).toBe(65534);
  });

  test('where nothing works, the words say what to do', async () => {
    chmodSync(path.dirname(dataDir), 0o700);
    await expect(startElsewhere({ PATH: pathWith(noNamespaces) })).rejects.toThrow(
      /Start Hearth as an ordinary user, or set HEARTH_DATA_DIR to a folder that everyone may enter/,
    );
  });

  test('a data folder that was moved to a machine without namespaces still opens', async () => {
    await (await start()).stop();
    chmodSync(path.dirname(dataDir), 0o755);
    await startElsewhere({ PATH: pathWith(noNamespaces) });
    expect(statSync(path.join(dataDir, 'postgres')).uid).toBe(65534);
  });

  test.each([
    { who: 'an ordinary user', uid: 1 },
    { who: 'a user without a name, as containers have them,', uid: 1234 },
  ])('$who starts it, and starting it once as root does not lock that user out', async ({ uid }) => {
    const as = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    chownSync(path.dirname(dataDir), uid, uid);
    await end(await startElsewhere({ as }), 'SIGTERM');

    chmodSync(path.dirname(dataDir), 0o755);
    await (await start()).stop();

    await startElsewhere({ as });
    expect(statSync(path.join(dataDir, 'postgres')).uid).toBe(uid);
  });
});
