import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDatabase, debian15 } from '#tests/support/postgres.ts';
import { startHearth, type Hearth } from '#tests/support/server.ts';

const started: Hearth[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((hearth) => hearth.remove()));
});

async function start(options: Parameters<typeof startHearth>[0] = {}): Promise<Hearth> {
  const hearth = await startHearth(options);
  started.push(hearth);
  return hearth;
}

const health = async (hearth: Hearth) => (await fetch(`${hearth.url}/api/ready`)).status;

test('a newcomer starts Hearth, stops it, and nothing is left running', async () => {
  const hearth = await start();
  expect(await health(hearth)).toBe(200);
  expect((await fetch(hearth.url)).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  await hearth.stop();
  await expect(fetch(hearth.url)).rejects.toThrow('fetch failed');
});

test('pages come through a reverse proxy as it is installed: their head is smaller than the 4 KB nginx takes', async () => {
  const hearth = await start();
  const page = await fetch(hearth.url);
  const head = [...page.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  expect(head.length).toBeLessThan(4096);
  expect(await page.text()).toContain('<link rel="modulepreload"');
});

test('Hearth that was killed starts again in the same folder', async () => {
  const first = await start();
  await first.kill('SIGKILL');
  const second = await start({ dataDir: first.dataDir });
  expect(await health(second)).toBe(200);
});

test('when the database dies, Hearth brings it back and goes on', async () => {
  const hearth = await start({ env: { LOG_LEVEL: 'info' } });
  const pid = Number(/"postgresPid":(\d+)/.exec(hearth.output())?.[1]);
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(hearth.output()).toContain('PostgreSQL is running again.'), { timeout: 30_000 });
  await vi.waitFor(async () => expect(await health(hearth)).toBe(200), { timeout: 30_000, interval: 100 });
});

test('a second Hearth in the same folder is refused in words and disturbs nobody', async () => {
  const hearth = await start();
  await expect(startHearth({ dataDir: hearth.dataDir })).rejects.toThrow('Another Hearth is running');
  expect(await health(hearth)).toBe(200);
});

test('a taken port is refused in words before anything is opened', async () => {
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startHearth({ env: { PORT: String(port) } })).rejects.toThrow(
    `Port ${port} is taken by another program`,
  );
  other.close();
});

test('a wrong setting is refused in words', async () => {
  await expect(startHearth({ env: { ORIGIN: 'hearth' } })).rejects.toThrow('ORIGIN is wrong');
});

describe.each(['embedded', 'postgres15'] as const)('with DATABASE_URL, on %s', (server) => {
  test.skipIf(server === 'postgres15' && !debian15())('the operator brings the database', async () => {
    const database = await createDatabase({ server, migrated: false });
    const hearth = await start({ env: { DATABASE_URL: database.url } });
    expect(await health(hearth)).toBe(200);
    expect((await database.pool.query('select 1 from migrations')).rowCount).toBeGreaterThan(0);
    await hearth.stop();
    await database.drop();
  });
});
