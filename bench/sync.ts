import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { ulid } from '#kernel/ids.ts';
import { STARTING_ROLES } from '#features/community/communities/index.ts';
import { HEAP } from '../bin/launch/processes.mjs';
import { startDatabase, type BenchDatabase } from './support/database.ts';
import { timeSyncs } from './support/disk.ts';
import { median, quantile, report, round, type Cell } from './support/report.ts';
import type { Load, Loaded } from './sync/load.ts';
import type { Measured } from './sync/measure.ts';

// What do checks, durability and order cost beside a sync server that has none of them? The same devices, the same messages, in turn.

interface Scenario {
  name: string;
  channels: number;
  writers: number;
  readers: number;
  window: number;
  rate: number;
  kind: 'saturated' | 'steady' | 'idle';
  /** Counts for R: the worst processor ratio of these. */
  counts: boolean;
}

const SCENARIOS: Scenario[] = [
  {
    name: '10 writers, 10 readers, 1 channel',
    channels: 1,
    writers: 10,
    readers: 10,
    window: 50,
    rate: 0,
    kind: 'saturated',
    counts: true,
  },
  {
    name: '20 channels of 1 and 1',
    channels: 20,
    writers: 20,
    readers: 20,
    window: 50,
    rate: 0,
    kind: 'saturated',
    counts: true,
  },
  {
    name: '5 writers, 100 readers',
    channels: 1,
    writers: 5,
    readers: 100,
    window: 50,
    rate: 0,
    kind: 'saturated',
    counts: false,
  },
  {
    name: '300 writers, 10 readers',
    channels: 1,
    writers: 300,
    readers: 10,
    window: 2,
    rate: 0,
    kind: 'saturated',
    counts: true,
  },
  {
    name: 'steady 300 messages/s',
    channels: 1,
    writers: 10,
    readers: 10,
    window: 0,
    rate: 300,
    kind: 'steady',
    counts: false,
  },
  {
    name: '1,000 readers at 20 messages/s',
    channels: 1,
    writers: 2,
    readers: 1000,
    window: 0,
    rate: 20,
    kind: 'idle',
    counts: false,
  },
];

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const only = process.argv[2];
/** Looks at the disk before each run of ours. */
const SYNCS = 200;

interface Run {
  rate: number;
  cpu: number;
  databaseCpu: number;
  p50: number;
  p99: number;
  /** Of the server: processor in milliseconds per second, and memory in MB beyond the empty server. */
  load: number;
  memory: number;
}

const hear = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });

async function ask(server: ChildProcess, message: 'measure' | 'gc'): Promise<Measured> {
  const answer = hear<Measured>(server);
  server.send(message);
  return answer;
}

async function seed(
  { database }: BenchDatabase,
  community: string,
  channels: string[],
  users: string[],
): Promise<void> {
  const at = Date.now();
  const { pool } = database;
  await pool.query(`insert into communities values ($1, $2, 'Bench', '', false, 90, 'bench', $3)`, [
    community,
    community.toLowerCase(),
    at,
  ]);
  await pool.query('insert into partitions values ($1, 0, 0)', [`community/${community}`]);
  for (const { id, name, rank, permissions } of STARTING_ROLES) {
    await pool.query('insert into roles values ($1, $2, $3, $4, $5)', [
      community,
      id,
      name,
      rank,
      JSON.stringify(permissions),
    ]);
  }
  await pool.query(
    `insert into channels (community, id, name, topic, position, private, archived, created_by, created_at)
     select $1, id, id, '', 0, false, false, 'bench', $3 from unnest($2::text[]) id`,
    [community, channels, at],
  );
  await pool.query(
    `insert into members (community, "user", name, role, state, rooms, no, joined_at)
     select $1, id, id, 'member', 'active', '[]', 0, $3 from unnest($2::text[]) id`,
    [community, users, at],
  );
}

async function run(mode: Load['mode'], scenario: Scenario, database: BenchDatabase): Promise<Run> {
  const community = ulid();
  const channels = Array.from({ length: scenario.channels }, () => ulid());
  const users = Array.from({ length: scenario.writers + scenario.readers }, () => ulid());
  if (mode === 'hearth') await seed(database, community, channels, users);
  const at = (file: string) => path.join(import.meta.dirname, 'sync', file);
  const server = fork(at(`${mode}-server.ts`), {
    execArgv: [
      '--expose-gc',
      // As the product is started; the peer gets the same.
      ...HEAP,
      ...(process.env['BENCH_PROFILE'] ? ['--cpu-prof', `--cpu-prof-dir=${process.env['BENCH_PROFILE']}`] : []),
    ],
    env: { ...process.env, BENCH_DATABASE: database.url },
  });
  const { port } = await hear<{ port: number }>(server);
  const empty = await ask(server, 'gc');
  const load: Load = {
    mode,
    port,
    community,
    channels,
    users,
    writers: scenario.writers,
    window: scenario.window,
    rate: scenario.rate,
    seconds,
    warm: 1.5,
  };
  const loader = fork(at('load.ts'), [JSON.stringify(load)]);
  await hear<'measure'>(loader);
  const before = await ask(server, 'measure');
  const result = hear<Loaded>(loader);
  loader.send('go');
  const loaded = await result;
  const after = await ask(server, 'measure');
  const settled = await ask(server, 'gc');
  await new Promise((resolve) => loader.once('exit', resolve));
  server.disconnect();
  await new Promise((resolve) => server.once('exit', resolve));
  const messages = scenario.kind === 'saturated' ? loaded.accepted : scenario.rate * loaded.seconds;
  const cpu = after.cpu - before.cpu;
  return {
    rate: messages / loaded.seconds,
    cpu: (cpu / messages) * 1000,
    databaseCpu: ((after.databaseCpu - before.databaseCpu) / messages) * 1000,
    p50: loaded.p50,
    p99: loaded.p99,
    load: cpu / loaded.seconds,
    memory: (settled.heap - empty.heap) / 1e6,
  };
}

const rows: Cell[][] = [];
const results: Record<string, Record<string, number>> = {};
const syncs: number[] = [];
let worst = 0;
for (const scenario of SCENARIOS) {
  if (only && !scenario.name.includes(only)) continue;
  const runs: Record<Load['mode'], Run[]> = { bare: [], hearth: [] };
  for (let round = 0; round < rounds; round++) {
    const database = await startDatabase();
    try {
      runs.bare.push(await run('bare', scenario, database));
      syncs.push(...timeSyncs(SYNCS));
      runs.hearth.push(await run('hearth', scenario, database));
    } finally {
      await database.stop();
    }
  }
  const middle = (mode: Load['mode'], of: (run: Run) => number) => median(runs[mode].map(of));
  const ratio = (of: (run: Run) => number) =>
    median(runs.hearth.map((ours, at) => of(ours) / of(runs.bare[at] ?? ours)));
  const cpu = ratio((one) => one.cpu);
  if (scenario.counts) worst = Math.max(worst, cpu);
  results[scenario.name] = {
    cpu: round(cpu),
    rate: round(ratio((one) => one.rate)),
    p99: round(ratio((one) => one.p99)),
    load: round(ratio((one) => one.load)),
    memory: round(ratio((one) => one.memory)),
  };
  for (const mode of ['bare', 'hearth'] as const) {
    rows.push([
      mode === 'bare' ? scenario.name : '  ours',
      Math.round(middle(mode, (one) => one.rate)),
      Math.round(middle(mode, (one) => one.cpu)),
      mode === 'bare' ? '' : Math.round(middle(mode, (one) => one.databaseCpu)),
      round(
        middle(mode, (one) => one.p50),
        1,
      ),
      round(
        middle(mode, (one) => one.p99),
        1,
      ),
      Math.round(middle(mode, (one) => one.load)),
      round(
        middle(mode, (one) => one.memory),
        1,
      ),
      mode === 'bare' ? '' : round(cpu),
    ]);
  }
}
// What others do to the disk shows in the latencies of ours alone, the peer writes nothing: the reader has to be able to tell.
const disk = { p50: round(quantile(syncs, 0.5)), p99: round(quantile(syncs, 0.99)), most: round(Math.max(...syncs)) };
process.stdout.write(
  `\ndisk: one fdatasync of 8 kB before each run of ours, ms: p50 ${disk.p50}, p99 ${disk.p99}, most ${disk.most}\n`,
);
report(
  'sync',
  [
    'scenario',
    'messages/s',
    'server µs each',
    'database µs',
    'p50 ms',
    'p99 ms',
    'server ms/s',
    'heap MB',
    'processor ratio',
  ],
  rows,
  { ratio: round(worst), scenarios: results, disk },
);
