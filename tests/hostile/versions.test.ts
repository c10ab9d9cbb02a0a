import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as Y from 'yjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeBackup } from '#server/database/backup.ts';
import { migrate } from '#server/database/migrate.ts';
import { migrationsFolder, readMigrations } from '#server/database/migrations.ts';
import { restore } from '#server/database/restore.ts';
import { createDatabase } from '#tests/support/postgres.ts';
import { testLog as log } from '#tests/support/postgres-server.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { SocketDevice } from '#tests/support/socket-device.ts';

/** The server of these tests has gone through some versions, and forgotten the first ones. */
const OLDEST = 3;
const PREVIOUS = 4;
const CURRENT = 5;
const NEXT = 6;
vi.mock('#kernel/limits.ts', async (original) => ({
  ...(await original<Record<string, unknown>>()),
  COMMAND_VERSION: 5,
  OLDEST_COMMAND_VERSION: 3,
}));

let world: ServedWorld | undefined;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-versions-'));
});
afterEach(async () => {
  await world?.stop();
  world = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const people = { Ines: 'owner', Kofi: 'member' } as const;

async function serve(options: Parameters<typeof serveWorld>[0] = {}): Promise<ServedWorld> {
  world = await serveWorld({ people, ...options });
  return world;
}

const bodies = async ({ readChannel }: ServedWorld) => (await readChannel()).records.map(({ body }) => body);

describe('an app of another version than the server', () => {
  async function connected(): Promise<{ kofi: SocketDevice; channel: string; post: PostAs }> {
    const served = await serve();
    const kofi = await served.device('Kofi').connect();
    const channel = served.channel('general');
    const post: PostAs = (version, more = {}, args = {}) =>
      kofi.answer(kofi.send('message.post', { channel, body: `Version ${version}.`, ...args }, { version, ...more }));
    return { kofi, channel, post };
  }
  type PostAs = (
    version: number,
    more?: Record<string, unknown>,
    args?: Record<string, unknown>,
  ) => ReturnType<SocketDevice['answer']>;

  it('is told which versions the server takes', async () => {
    const { kofi } = await connected();
    expect(kofi.messages[0]).toMatchObject({ t: 'hello', version: CURRENT, oldest: OLDEST });
  });

  it('goes on when it is older, back to the oldest that the server still takes', async () => {
    const { post } = await connected();
    for (const version of [OLDEST, PREVIOUS, CURRENT]) expect(await post(version)).toMatchObject({ ok: true });
  });

  it('is asked to update when it is too old, and keeps what was written', async () => {
    const { post } = await connected();
    expect(await post(OLDEST - 1)).toMatchObject({ ok: false, refused: { code: 'update' } });
    expect(await bodies(world as ServedWorld)).toEqual([]);
  });

  it('goes on when it is newer, with all that this server understands', async () => {
    const { post } = await connected();
    expect(await post(NEXT)).toMatchObject({ ok: true });
  });

  it.each([
    ['a command', (kofi: SocketDevice) => kofi.send('poll.open', { question: 'Where?' }, { version: NEXT })],
    [
      'a part of a command',
      (kofi: SocketDevice, channel: string) =>
        kofi.send('message.post', { channel, body: 'Look.', pictures: [] }, { version: NEXT }),
    ],
    [
      'a part of the envelope',
      (kofi: SocketDevice, channel: string) =>
        kofi.send('message.post', { channel, body: 'Look.' }, { version: NEXT, ...{ urgency: 1 } }),
    ],
  ])(
    'hears that the server is older when it says %s that came later; the rest of its batch goes through (C11)',
    async (_what, say) => {
      const { kofi, channel, post } = await connected();
      kofi.drop();
      const before = kofi.send('message.post', { channel, body: 'Before.' }, { version: NEXT });
      const later = say(kofi, channel);
      const after = kofi.send('message.post', { channel, body: 'After.' }, { version: NEXT });
      await kofi.connect();
      expect(await kofi.answer(later)).toMatchObject({
        ok: false,
        refused: { code: 'unknown_command', detail: 'newer' },
      });
      for (const id of [before, after]) expect(await kofi.answer(id)).toMatchObject({ ok: true });
      expect(await post(CURRENT, {}, { pictures: [] })).toMatchObject({ refused: { code: 'malformed' } });
      expect(await bodies(world as ServedWorld)).toEqual(['Before.', 'After.']);
    },
  );

  it('is answered command by command over HTTP as well', async () => {
    await connected();
    const kofi = (world as ServedWorld).person('Kofi');
    const args = { channel: (world as ServedWorld).channel('general'), body: 'Over HTTP.' };
    const commands = [OLDEST - 1, PREVIOUS, NEXT].map((version) => kofi.command('message.post', args, { version }));
    const { body } = await kofi.call('POST', '/api/commands', { commands });
    expect(body).toMatchObject({ receipts: [{ refused: { code: 'update' } }, { ok: true }, { ok: true }] });
  });
});

describe('an upgrade', () => {
  /** From here on, installations exist. */
  const FIRST = '0003_communities';

  it('keeps everything that was written, keeps a backup of it, and devices go on where they were', async () => {
    const before = path.join(folder, 'migrations');
    mkdirSync(before);
    for (const file of readdirSync(migrationsFolder))
      if (file <= `${FIRST}.sql`) copyFileSync(path.join(migrationsFolder, file), path.join(before, file));
    const database = await createDatabase({ migrated: false });
    const backups = path.join(folder, 'backups');
    await migrate({ database, log, folder: before, backups });
    const served = await serve({ database });
    const channel = served.channel('general');
    const kofi = await served.device('Kofi').connect();
    kofi.follow(channel);
    const first = kofi.send('message.post', { channel, body: 'From before.' });
    kofi.send('message.edit', { channel, message: first, body: 'From long before.' }, { after: [first] });
    kofi.send('reaction.add', { channel, message: first, emoji: '🌿' }, { after: [first] });
    await kofi.until(() => kofi.unanswered.length === 0, 'every answer');
    const stood = await served.readChannel();
    kofi.drop();
    await served.current().close();

    kofi.send('message.post', { channel, body: 'Written meanwhile.' });
    const later = readMigrations(migrationsFolder).filter(({ name }) => name > FIRST);
    expect(await migrate({ database, log, backups })).toEqual(later.map(({ name }) => name));
    expect(readdirSync(backups)).toEqual([expect.stringMatching(`-before-${later[0]?.name}$`)]);
    expect(await served.readChannel()).toEqual(stood);

    await served.restart();
    await kofi.connect();
    await kofi.until(() => kofi.unanswered.length === 0, 'every answer');
    expect(await bodies(served)).toEqual(['From long before.', 'Written meanwhile.']);
    await kofi.until(() => kofi.records(`channel/${channel}/0`).length === 2, 'both messages');
    expect(kofi.records(`channel/${channel}/0`)).toEqual((await served.readChannel()).records);
  });
});

describe('a backup that is restored while devices are ahead of it', () => {
  it('begins another epoch; what waits on devices is delivered, nothing twice, and all see the same (P6, C1)', async () => {
    const served = await serve();
    const { database } = served;
    const channel = served.channel('general');
    const document = `channel/${channel}/0`;
    const kofi = await served.device('Kofi').connect();
    kofi.follow(channel);
    /** Its answer never reached the outbox. */
    const unheard = async (body: string): Promise<string> => {
      const id = kofi.send('message.post', { channel, body });
      await kofi.answer(id);
      const sent = kofi.outbox.find(({ envelope }) => envelope.id === id);
      if (sent) sent.receipt = null;
      return id;
    };
    const inside = await unheard('In the backup.');
    const client = await database.connect();
    const backup = await writeBackup({ client, folder, reason: 'test' });
    const outside = await unheard('After the backup, unheard.');
    await kofi.answer(kofi.send('message.post', { channel, body: 'After the backup, heard.' }));
    await kofi.until(() => kofi.records(document).length === 3, 'all three');
    const epoch = kofi.epoch;
    kofi.drop();
    const offline = kofi.send('message.post', { channel, body: 'Without a network.' });

    await served.current().close();
    await restore({ client, backup, replace: true, keepIn: path.join(folder, 'kept') });
    await client.end();
    await served.restart();

    await kofi.connect();
    expect(kofi.epoch).not.toBe(epoch);
    for (const id of [inside, outside, offline]) expect(await kofi.answer(id)).toMatchObject({ ok: true });
    expect(await bodies(served)).toEqual(['In the backup.', 'After the backup, unheard.', 'Without a network.']);

    // As a device does that meets another epoch: its copies are of another history.
    kofi.drop();
    kofi.docs.clear();
    kofi.positions.clear();
    const ines = served.device('Ines');
    for (const device of [kofi, ines]) {
      await device.connect();
      device.follow(channel);
      await device.until(() => device.isLive(document) && device.records(document).length === 3, 'three messages');
      expect(device.records(document)).toEqual((await served.readChannel()).records);
    }
  });

  it('does not mix histories when a device goes on with what it had: the server takes nothing from it (D5, P6)', async () => {
    const served = await serve();
    const { database } = served;
    const channel = served.channel('general');
    const document = `channel/${channel}/0`;
    const kofi = await served.device('Kofi').connect();
    kofi.follow(channel);
    const client = await database.connect();
    const backup = await writeBackup({ client, folder, reason: 'test' });
    await kofi.answer(kofi.send('message.post', { channel, body: 'Of the history that was given up.' }));
    await kofi.until(() => kofi.records(document).length === 1, 'the message');
    await served.current().close();
    kofi.drop();
    await restore({ client, backup, replace: true, keepIn: path.join(folder, 'kept') });
    await client.end();
    await served.restart();
    await kofi.connect();
    await kofi.catchUp([channel]);
    await kofi.answer(kofi.send('message.post', { channel, body: 'Of this one.' }));
    const fresh = await served.device('Ines').connect();
    fresh.follow(channel);
    await fresh.until(() => fresh.records(document).length > 0, 'a message');
    expect(fresh.records(document).map(({ body }) => body)).toEqual(['Of this one.']);
    expect(await bodies(served)).toEqual(['Of this one.']);
    expect(Y.encodeStateAsUpdate(fresh.doc(document)).length).toBeLessThan(1_000);
  });
});
