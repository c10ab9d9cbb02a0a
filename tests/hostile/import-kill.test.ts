import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startCli } from '#tests/support/hearth-cli.ts';
import { createDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { startHearth, type Hearth } from '#tests/support/server.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-import-kill-'));
const running: Hearth[] = [];
let database: TestDatabase | undefined;

afterEach(async () => {
  await Promise.all(running.splice(0).map((hearth) => hearth.remove()));
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(url: string): Promise<Hearth> {
  const env = {
    DATABASE_URL: url,
    HEARTH_ADMIN_EMAIL: 'olu@example.org',
    HEARTH_ADMIN_PASSWORD: 'a few words in a row',
  };
  const hearth = await startHearth({ dataDir: path.join(folder, 'data'), env });
  running.push(hearth);
  return hearth;
}

test('SYNC C2: the server is killed in the middle of an import; the import waits and goes on, nothing lost, doubled or moved', async () => {
  database = await createDatabase();
  const { pool, url } = database;
  const count = 5_000;
  const at = (n: number) => 1_500_000_000_000 + n * 1_000;
  const lines = Array.from({ length: count }, (_, n) => ({
    channel: 'a',
    id: n,
    author: `p${n % 30}`,
    at: at(n),
    body: `${n}`,
  }));
  const file = path.join(folder, 'talk.jsonl');
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  const reached = async () => Number((await pool.query('select coalesce(max(next), 0) as n from chains')).rows[0]?.n);

  const first = await start(url);
  const importer = startCli(path.join(folder, 'data'), ['import', 'jsonl', file, '--community', 'A', '--batch', '10']);
  await vi.waitFor(async () => expect(await reached()).toBeGreaterThan(200), { timeout: 60_000, interval: 5 });
  await first.kill('SIGKILL');
  expect(await reached()).toBeLessThan(count);
  await start(url);

  expect(await importer.ended).toMatchObject({ exit: 0 });
  const { rows } = await pool.query<{ no: number; at: string }>(
    `select p.no, p.at from positions p join channels c on c.id = p.owner order by p.no`,
  );
  expect(rows.map((row) => [row.no, Number(row.at)])).toEqual(lines.map((line, n) => [n, line.at]));
}, 120_000);
