import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { DeviceDatabase } from './database.ts';
import { expiredLeases } from '../places/leases.ts';
import { TABLES } from './stores.ts';
import { eraseCopies, eraseLost } from './erase.ts';

const open: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

/** A device that keeps two channels of one community, with a draft and something waiting in each. */
async function buildDevice(): Promise<DeviceDatabase> {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  open.push(db);
  for (const [order, channel] of ['open', 'secret'].entries()) {
    const chain = `channel/${channel}`;
    await db.chains.put({
      chain,
      community: 'garden',
      pos: 5,
      next: 1,
      segments: [{ n: 0, bytes: 1, records: 1, from: 1, to: 1 }],
    });
    await db.snapshots.put({ doc: `${chain}/0`, bytes: new TextEncoder().encode(`text of ${channel}`) });
    await db.updates.put({ doc: `${chain}/0`, seq: 0, bytes: new TextEncoder().encode(`more of ${channel}`) });
    await db.chunks.put({
      chain,
      chunk: 0,
      built: 1,
      records: [{ id: 'm', no: 0, body: `text of ${channel}` }],
      people: {},
      reactions: {},
    });
    await db.texts.put({
      chain,
      n: 0,
      text: `\ntext of ${channel}\n`,
      nos: new Uint32Array(1),
      at: new Float64Array(1),
      by: new Uint16Array(1),
      people: [],
    });
    await db.drafts.put({ channel, text: `draft in ${channel}` });
    await db.outbox.put(buildRow({ order: order + 1, channel, target: channel, body: `waits for ${channel}` }));
    await db.outbox.put(buildRow({ order: order + 10, channel, target: channel, state: 'accepted' }));
  }
  return db;
}

async function everything(db: DeviceDatabase): Promise<string> {
  const tables = await Promise.all(TABLES.map((name) => db[name].getAll()));
  return JSON.stringify(tables, (_key, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
  );
}

test('O7: of a closed channel nothing stays on the device but the texts that waited for it, refused', async () => {
  const db = await buildDevice();
  const chains = await eraseLost(db, { communities: [], channels: ['secret'] });
  expect(chains).toContain('channel/secret');
  const left = await everything(db);
  for (const gone of ['text of secret', 'more of secret', 'draft in secret']) expect(left).not.toContain(gone);
  for (const stays of ['text of open', 'more of open', 'draft in open', 'waits for open', 'waits for secret'])
    expect(left).toContain(stays);
  const rows = (await db.outbox.getAll()).filter(({ channel }) => channel === 'secret');
  expect(rows.map(({ state, refusal }) => [state, refusal?.code])).toEqual([['refused', 'unavailable']]);
});

test('O7: with a community go all its channels', async () => {
  const db = await buildDevice();
  await eraseLost(db, { communities: ['garden'], channels: [] });
  const left = await everything(db);
  for (const gone of ['text of', 'more of', 'draft in']) expect(left).not.toContain(gone);
  expect(left).toContain('waits for open');
});

test('P6: another epoch drops copies, never what waits or was drafted', async () => {
  const db = await buildDevice();
  await eraseCopies(db, 'all');
  const left = await everything(db);
  for (const gone of ['text of', 'more of']) expect(left).not.toContain(gone);
  for (const stays of ['waits for open', 'waits for secret', 'draft in open']) expect(left).toContain(stays);
});

test('a lease runs out by days without a word from the server', () => {
  const day = 86_400_000;
  const communities = [
    { id: 'short', leaseDays: 1 },
    { id: 'long', leaseDays: 90 },
  ];
  expect(expiredLeases(communities, 0, 2 * day)).toEqual(['short']);
  expect(expiredLeases(communities, 0, day)).toEqual([]);
});
