import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDatabase } from '#tests/support/postgres.ts';
import { startProxy } from '#tests/support/database-proxy.ts';
import { Random, seedOr } from '#tests/support/random.ts';
import { WritingTown, type WritingOptions } from '#tests/support/writing-town.ts';

let writing: WritingTown | undefined;
const afterwards: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  await writing?.end();
  writing = undefined;
  for (const work of afterwards.splice(0).toReversed()) await work();
});

/** Six people who write without pause, each in all channels. */
async function start(options?: WritingOptions): Promise<WritingTown> {
  writing = await WritingTown.start(new Random(seedOr(1)), options);
  return writing;
}

/** Every device is told that the server cannot store, or is cut off. */
const told = ({ writers }: WritingTown, patience = 20_000) =>
  Promise.all(
    writers.map(({ device }) => device.until(() => device.trouble || !device.connected, 'being told', patience)),
  );

/** Nothing acknowledged lost, nothing twice, and every device shows what the log says. */
async function allIsWell(town: WritingTown): Promise<void> {
  const { acknowledged, lost, doubled, differing } = await town.settle();
  expect(acknowledged).toBeGreaterThan(0);
  expect({ lost, doubled, differing }).toEqual({ lost: [], doubled: [], differing: [] });
}

test('people go on when the server is killed under load: nothing acknowledged is lost, nothing is applied twice (C1, C2, A3)', async () => {
  const town = await start();
  for (let kill = 0; kill < 3; kill++) {
    await town.goesOn(25);
    await town.killServer();
  }
  await town.goesOn(20);
  await allIsWell(town);
}, 120_000);

test('people go on, and are told, when the database itself is killed under load (A3)', async () => {
  const town = await start();
  const devices = town.writers.map(({ device }) => device);
  for (let kill = 0; kill < 2; kill++) {
    await town.goesOn(25);
    const trouble = devices.map((device) => device.until(() => device.trouble, 'being told'));
    await town.killDatabase();
    await Promise.all(trouble);
    await town.goesOn(10);
    await Promise.all(
      devices.map((device) => device.until(() => !device.trouble, 'being told that it is over', 30_000)),
    );
  }
  await allIsWell(town);
}, 120_000);

test('people go on when every connection to the database is cut, again and again (A3)', async () => {
  const database = await createDatabase({ migrated: false });
  afterwards.push(() => database.drop());
  const town = await start({ env: { DATABASE_URL: database.url }, given: database.pool });
  for (let kill = 0; kill < 8; kill++) {
    await town.goesOn(10);
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  }
  await town.goesOn(10);
  await allIsWell(town);
}, 120_000);

test.each([
  ['refuses connections', 'refuse'],
  ['does not answer', 'silence'],
] as const)(
  'people are told, keep what they write and go on when the database %s for a while',
  async (_what, how) => {
    const database = await createDatabase({ migrated: false });
    afterwards.push(() => database.drop());
    const proxy = await startProxy(database.config.host ?? '', database.config.port ?? 5432);
    afterwards.push(() => proxy.close());
    const url = `postgresql://${database.config.user}@127.0.0.1:${proxy.port}/${database.config.database}`;
    const town = await start({ env: { DATABASE_URL: url }, given: database.pool });
    await town.goesOn(20);
    await proxy[how]();
    await told(town);
    expect(town.writers.every(({ device }) => device.outbox.length > 0)).toBe(true);
    await proxy.restore();
    await town.goesOn(20);
    await allIsWell(town);
  },
  150_000,
);

const isRoot = process.getuid?.() === 0;
const scratch = mkdtempSync(path.join(os.tmpdir(), 'hearth-full-'));
const canMount =
  isRoot &&
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', scratch]).status === 0;
if (canMount) spawnSync('umount', [scratch]);
rmSync(scratch, { recursive: true, force: true });
if (!canMount)
  process.stdout.write('The full disk is not tried here: only root can make a small one (mount -t tmpfs).\n');

test.skipIf(!canMount)(
  'people go on when the disk was full and has room again: nothing acknowledged is lost (C2, A3)',
  async () => {
    const disk = mkdtempSync(path.join(os.tmpdir(), 'hearth-disk-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', disk]);
    afterwards.push(() => {
      spawnSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true, force: true });
    });
    const dataDir = path.join(disk, 'data');
    mkdirSync(dataDir);
    const town = await start({ dataDir });
    await town.goesOn(20);
    const { bavail, bsize } = statfsSync(disk);
    const filler = path.join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 256 * 1024)));
    await told(town, 60_000);
    rmSync(filler);
    await town.goesOn(20);
    await allIsWell(town);
  },
  180_000,
);
