import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { segmentOf } from '#kernel/records.ts';
import { createLocalSocket, type LocalSocket } from '#server/http/local.ts';
import { runCli, startCli } from '#tests/support/hearth-cli.ts';
import { testLog } from '#tests/support/postgres-server.ts';
import { buildWorld, type World } from '#tests/support/world.ts';
import { buildZip } from '#tests/support/zip.ts';

let world: World;
let socket: LocalSocket;
let dataDir: string;
const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-import-'));
const operator = ulid();

beforeAll(() => vi.setConfig({ testTimeout: 120_000 }));

beforeEach(async () => {
  world = await buildWorld();
  dataDir = mkdtempSync(path.join(folder, 'data-'));
  await world.database.pool.query(
    `insert into users (id, name, email, operator) values ($1, 'Olu Operator', 'olu@example.org', true)`,
    [operator],
  );
  socket = await openSocket();
});

afterEach(async () => {
  await socket.close();
  await world.stop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function openSocket(): Promise<LocalSocket> {
  return createLocalSocket({
    dataDir,
    log: testLog,
    submit: world.sync.submitAsSystem,
    pool: world.database.pool,
    origin: () => 'http://localhost',
    backup: async () => '',
    setPassword: async () => false,
  });
}

interface Line {
  channel: string;
  id: string;
  author: string;
  at: string;
  body: string;
  replyTo?: string;
  reactions?: { emoji: string; count: number }[];
}

const start = Date.UTC(2015, 5, 1);

/** A conversation of 20 people; every tenth line answers the one seven before it. */
function conversation(count: number, channel = 'history'): Line[] {
  return Array.from({ length: count }, (_, n) => ({
    channel,
    id: `${channel}:${n}`,
    author: `person-${n % 20}`,
    at: new Date(start + n * 60_000).toISOString(),
    body: `line ${n} of #${channel}`,
    ...(n % 10 === 9 ? { replyTo: `${channel}:${n - 7}` } : {}),
    ...(n % 100 === 50 ? { reactions: [{ emoji: '👍', count: 3 }] } : {}),
  }));
}

function source(lines: (Line | string)[], name = 'talk.jsonl'): string {
  const file = path.join(dataDir, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

const importing = (file: string, ...more: string[]) => ['import', 'jsonl', file, '--community', 'Old Friends', ...more];

async function findChannel(name: string): Promise<{ id: string; next: number } | undefined> {
  const { rows } = await world.database.pool.query<{ id: string; next: number }>(
    'select id, coalesce(next, 0) as next from channels left join chains on owner = id where name = $1',
    [name],
  );
  return rows[0];
}

/** Everything in a channel in its order, from the log. */
async function readHistory(name: string) {
  const channel = await findChannel(name);
  if (!channel) throw new Error(`there is no channel ${name}`);
  const segments = [];
  for (let n = 0; n <= segmentOf(Math.max(channel.next - 1, 0)); n++)
    segments.push(await world.read(`channel/${channel.id}/${n}`));
  return {
    records: segments.flatMap(({ records }) => records) as {
      id: string;
      no: number;
      by: string;
      at: number;
      body: string;
      reply?: { id: string; no: number };
    }[],
    people: Object.assign({}, ...segments.map(({ people }) => people)) as Record<string, { name: string }>,
    reactions: segments.flatMap(({ reactions }) => Object.keys(reactions)),
  };
}

test('history comes in with its order, authors, times, answers and reactions, for the operator as owner', async () => {
  const lines = conversation(2_300);
  const told = await runCli(dataDir, importing(source(lines, 'talk.jsonl.gz')));
  expect(told).toMatchObject({ exit: 0 });
  const { records, people, reactions } = await readHistory('history');
  expect(records.map(({ body }) => body)).toEqual(lines.map(({ body }) => body));
  expect(records.map(({ no }) => no)).toEqual(lines.map((_, n) => n));
  expect(records.map(({ at }) => at)).toEqual(lines.map(({ at }) => Date.parse(at)));
  expect(records.map(({ by }) => people[by]?.name)).toEqual(lines.map(({ author }) => author));
  expect(records[1009]?.reply).toMatchObject({ id: records[1002]?.id, no: 1002 });
  expect(reactions).toHaveLength(23 * 3);
  const { rows } = await world.database.pool.query(
    `select role, state, count(*)::int from members where name <> 'Ines' group by 1, 2 order by 3`,
  );
  expect(rows).toEqual([
    { role: 'owner', state: 'active', count: 1 },
    { role: 'member', state: 'unclaimed', count: 20 },
  ]);
});

test('imported twice, everything is there once, and the report says so', async () => {
  const file = source([...conversation(700), ...conversation(30, 'side')]);
  await runCli(dataDir, importing(file));
  const again = await runCli(dataDir, importing(file, '--batch', '123'));
  expect(again.out).toContain('  0 messages taken');
  expect(again.out).toContain('  730 were there already');
  expect(again.exit).toBe(0);
  expect((await readHistory('history')).records).toHaveLength(700);
  expect((await readHistory('side')).records).toHaveLength(30);
});

test('what was erased here stays erased when the same import is run again, and is counted as taken before', async () => {
  const file = source(conversation(40));
  const command = ['import', 'jsonl', file, '--community', 'Listening Walks'];
  await runCli(dataDir, command);
  const { id: channel = '' } = (await findChannel('history')) ?? {};
  const erased = (await readHistory('history')).records[7]?.id;
  await world.person('Ines').does('message.delete', { channel, message: erased });
  const again = await runCli(dataDir, command);
  expect(again.out).toContain('  0 messages taken');
  expect(again.out).toContain('  40 were there already');
  const { records } = await readHistory('history');
  expect(records).toHaveLength(39);
  expect(JSON.stringify(records)).not.toContain('line 7 of');
});

test('an importer that was killed goes on in other batches: nothing twice, nothing missing, in order', async () => {
  const lines = conversation(6_000);
  const file = source(lines);
  const first = startCli(dataDir, importing(file, '--batch', '20'));
  await vi.waitFor(async () => expect((await findChannel('history'))?.next).toBeGreaterThan(200), {
    timeout: 60_000,
    interval: 5,
  });
  first.child.kill('SIGKILL');
  await first.ended;
  const between = (await findChannel('history'))?.next ?? 0;
  expect(between).toBeLessThan(6_000);
  expect(await runCli(dataDir, importing(file))).toMatchObject({ exit: 0 });
  const { records } = await readHistory('history');
  expect(records.map(({ body }) => body)).toEqual(lines.map(({ body }) => body));
});

test('Ctrl-C stops after what is under way, says so, and the next run takes the rest', async () => {
  const lines = conversation(6_000);
  const file = source(lines);
  const first = startCli(dataDir, importing(file, '--batch', '20'));
  await vi.waitFor(async () => expect((await findChannel('history'))?.next).toBeGreaterThan(100), {
    timeout: 60_000,
    interval: 5,
  });
  first.child.kill('SIGINT');
  const stopped = await first.ended;
  expect(stopped).toMatchObject({ exit: 130 });
  expect(stopped.out).toContain('Stopped. What was taken stays');
  await runCli(dataDir, importing(file));
  expect((await readHistory('history')).records.map(({ body }) => body)).toEqual(lines.map(({ body }) => body));
});

test('a server that is away for a moment is waited for, and nothing is lost or doubled', async () => {
  const lines = conversation(4_000);
  const running = startCli(dataDir, importing(source(lines), '--batch', '20'));
  await vi.waitFor(async () => expect((await findChannel('history'))?.next).toBeGreaterThan(100), {
    timeout: 60_000,
    interval: 5,
  });
  await socket.close(0);
  socket = await openSocket();
  expect(await running.ended).toMatchObject({ exit: 0 });
  expect((await readHistory('history')).records.map(({ body }) => body)).toEqual(lines.map(({ body }) => body));
});

test('broken lines are reported with their numbers, in a file too, and the rest is taken', async () => {
  const told = await runCli(
    dataDir,
    importing('-', '--channel', 'kept'),
    `${JSON.stringify(conversation(1)[0])}\n{"id"\n${'x'.repeat(10_000_000)}\n`,
  );
  expect(told.exit).toBe(4);
  expect(told.out).toContain('line 2: is not JSON');
  expect(told.out).toContain('1 lines are longer than 1 MiB');
  const report = /kept in (.*)\n/.exec(told.out)?.[1] ?? '';
  expect(readFileSync(report, 'utf8')).toContain('line 2: is not JSON');
  expect((await readHistory('kept')).records).toHaveLength(1);
});

test('an export of Slack comes in from its zip, archived channels closed', async () => {
  const file = path.join(dataDir, 'export.zip');
  const json = (name: string, content: unknown) => ({ name: `Our team/${name}`, content: JSON.stringify(content) });
  writeFileSync(
    file,
    buildZip([
      json('users.json', [{ id: 'U1', team_id: 'T1', name: 'ana', real_name: 'Ana Bell' }]),
      json('channels.json', [{ id: 'C1', name: 'old-plans', is_archived: true }]),
      json('old-plans/2020-01-01.json', [
        { type: 'message', ts: '1577836800.000100', user: 'U1', text: 'See <https://a.example|the *plan*>' },
        {
          type: 'message',
          ts: '1577836801.000100',
          user: 'U1',
          text: 'And?',
          thread_ts: '1577836800.000100',
          reactions: [{ name: 'tada', users: ['U1'], count: 1 }],
        },
      ]),
    ]),
  );
  expect(await runCli(dataDir, ['import', 'slack', file, '--community', 'Old Friends'])).toMatchObject({ exit: 0 });
  const { records, people } = await readHistory('old-plans');
  expect(records.map(({ by, reply }) => [people[by]?.name, reply?.no])).toEqual([
    ['Ana Bell', undefined],
    ['Ana Bell', 0],
  ]);
  const { rows } = await world.database.pool.query(`select archived from channels where name = 'old-plans'`);
  expect(rows).toEqual([{ archived: true }]);
  expect((await runCli(dataDir, ['import', 'slack', file, '--community', 'old-friends'])).out).toContain(
    '2 were there already',
  );
});

test('a person’s own channel of the same name is left as it is', async () => {
  await runCli(dataDir, ['import', 'jsonl', source(conversation(3, 'general')), '--community', 'Listening Walks']);
  expect((await world.readChannel('general')).records).toEqual([]);
  expect((await readHistory('general-2')).records).toHaveLength(3);
});

test('the tool says in words what is missing', async () => {
  const file = source(conversation(1));
  const missing = await runCli(dataDir, importing('/not/there.jsonl'));
  expect(missing).toMatchObject({ exit: 1 });
  expect(missing.err).toContain('/not/there.jsonl cannot be read');
  expect(await runCli(dataDir, importing(file, '--owner', 'nobody@example.org'))).toMatchObject({
    exit: 1,
    err: expect.stringContaining('Nobody here has the address'),
  });
  expect(await runCli(dataDir, ['import', 'jsonl', file])).toMatchObject({ exit: 2 });
  await socket.close();
  const away = await runCli(dataDir, importing(file));
  expect(away).toMatchObject({ exit: 3, err: expect.stringContaining('No Hearth is running') });
});

const real = path.resolve(import.meta.dirname, '../../../shared/data/exports/slack-houstondatavis');
if (!existsSync(real)) process.stderr.write(`Real data is not at ${real}: one test is skipped.\n`);

test.skipIf(!existsSync(real))('a real export of Slack: 716 items are messages or reported', async () => {
  const told = await runCli(dataDir, ['import', 'slack', real, '--community', 'Houston']);
  expect(told.exit).toBe(0);
  const [, taken = '0'] = /(\d+) messages taken/.exec(told.out) ?? [];
  const [, notices = '0'] = /(\d+) notices/.exec(told.out) ?? [];
  expect(Number(taken) + Number(notices)).toBe(716);
  expect((await readHistory('tools')).records.length).toBeGreaterThan(50);
});
