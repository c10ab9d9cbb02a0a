import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createDatabase } from '#tests/support/postgres.ts';
import { Load, audit, startLivePlace, type LivePlace } from '#tests/support/live-place.ts';
import { startProxy } from '#tests/support/database-proxy.ts';

let place: LivePlace | undefined;
const afterwards: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  await place?.remove();
  place = undefined;
  for (const work of afterwards.splice(0).toReversed()) await work();
});

/** Nothing acknowledged lost, nothing twice, and every device shows what the log says. */
async function allIsWell(load: Load): Promise<void> {
  if (!place) return;
  await load.stop();
  const found = await audit(place);
  expect(found).toEqual({ acknowledged: found.acknowledged, lost: 0, doubled: 0 });
  const { documents } = await place.truth();
  for (const device of place.devices) {
    await device.catchUp([place.channel]);
    for (const [name, records] of documents)
      expect(device.records(name), `${device.options.device} has ${name}`).toEqual(records);
  }
}

test('people go on when the server is killed under load: nothing acknowledged is lost, nothing is applied twice (C1, C2, A3)', async () => {
  place = await startLivePlace();
  const load = new Load(place);
  for (let kill = 0; kill < 3; kill++) {
    await load.until(150);
    await place.killServer();
  }
  await load.until(100, 30_000);
  await allIsWell(load);
}, 120_000);

test('people go on, and are told, when the database itself is killed under load (A3)', async () => {
  place = await startLivePlace();
  const load = new Load(place);
  for (let kill = 0; kill < 2; kill++) {
    await load.until(150, 30_000);
    const told = place.devices.map((device) => device.until(() => device.trouble, 'being told'));
    await place.killDatabase();
    await Promise.all(told);
    await load.until(50, 30_000);
    await Promise.all(
      place.devices.map((device) => device.until(() => !device.trouble, 'being told that it is over', 30_000)),
    );
  }
  await allIsWell(load);
}, 120_000);

test('people go on when every connection to the database is cut, again and again (A3)', async () => {
  const database = await createDatabase({ migrated: false });
  afterwards.push(() => database.drop());
  place = await startLivePlace({ env: { DATABASE_URL: database.url } });
  const load = new Load(place);
  for (let kill = 0; kill < 8; kill++) {
    await load.until(60, 30_000);
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  }
  await load.until(60, 30_000);
  await allIsWell(load);
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
    place = await startLivePlace({ env: { DATABASE_URL: url } });
    const load = new Load(place);
    await load.until(100, 30_000);
    await proxy[how]();
    await Promise.all(
      place.devices.map((device) => device.until(() => device.trouble || !device.connected, 'being told', 20_000)),
    );
    const written = place.devices.map(({ outbox }) => outbox.length);
    expect(written.every((count) => count > 0)).toBe(true);
    await proxy.restore();
    await load.until(100, 60_000);
    await allIsWell(load);
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
    place = await startLivePlace({ dataDir });
    const load = new Load(place);
    await load.until(100, 30_000);
    const { bavail, bsize } = statfsSync(disk);
    const filler = path.join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 256 * 1024)));
    const { devices } = place;
    await Promise.all(
      devices.map((device) => device.until(() => device.trouble || !device.connected, 'being told', 60_000)),
    );
    rmSync(filler);
    await load.until(100, 60_000);
    await allIsWell(load);
  },
  180_000,
);
