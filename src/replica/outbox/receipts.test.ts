import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import type { Receipt } from '#kernel/wire.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { DeviceDatabase } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import { keepReceipts, markLeaving, offerAgain, settle } from './receipts.ts';

const same = (time: number) => time;
const open: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

async function buildOutbox(...rows: OutboxRow[]): Promise<DeviceDatabase> {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  open.push(db);
  await db.outbox.putMany(rows);
  return db;
}

test('an accepted command stays until its effect is seen; one with no effect here goes at once', () => {
  const row = buildRow({ state: 'sent' });
  const ok: Receipt = { id: row.id, ok: true, pos: 12, no: 4 };
  expect(settle(row, ok, same, 0)).toMatchObject({ state: 'accepted', pos: 12, no: 4 });
  expect(settle({ ...row, seenIn: null }, ok, same, 0)).toBeUndefined();
});

test('O4: a refused command stays with its reason', () => {
  const row = buildRow({ state: 'sent', waitUntil: 5 });
  const refused = settle(row, { id: row.id, ok: false, refused: { code: 'muted' } }, same, 0);
  expect(refused).toMatchObject({ state: 'refused', refusal: { code: 'muted' }, text: 'Good morning' });
  expect(refused).not.toHaveProperty('waitUntil');
});

test('C10: a wait is kept in this device’s time, and never makes it spin', () => {
  const row = buildRow({ state: 'sent' });
  const wait = (until: number): Receipt => ({ id: row.id, ok: false, wait: { until, reason: 'rate' } });
  expect(settle(row, wait(90_000), (time) => time - 60_000, 1000)).toMatchObject({
    state: 'waiting',
    waitUntil: 30_000,
  });
  expect(settle(row, wait(0), same, 1000)?.waitUntil).toBeGreaterThan(1000);
});

test('C6: what another account’s session refuses is kept, unsent', () => {
  const row = buildRow({ state: 'sent' });
  expect(settle(row, { id: row.id, ok: false, refused: { code: 'account' } }, same, 0)).toMatchObject({
    state: 'waiting',
  });
});

test('C1: a second receipt changes nothing', async () => {
  const row = buildRow({ state: 'sent' });
  const db = await buildOutbox(row);
  const receipt: Receipt = { id: row.id, ok: true, pos: 3, no: 0 };
  expect(await keepReceipts(db, [receipt], same)).toEqual({ placed: [['general', 0]], session: [] });
  const once = await db.outbox.getAll();
  expect(await keepReceipts(db, [receipt, { id: ulid(), ok: true, pos: 9 }], same)).toEqual({
    placed: [],
    session: [],
  });
  expect(await db.outbox.getAll()).toEqual(once);
});

test('O2: what leaves is marked before it leaves, and a row that was withdrawn meanwhile does not', async () => {
  const stays = buildRow({ order: 1 });
  const withdrawn = buildRow({ order: 2 });
  const refused = buildRow({ order: 3, state: 'refused' });
  const db = await buildOutbox(stays, refused);
  const leaving = await markLeaving(db, [stays, withdrawn, refused]);
  expect(leaving.map(({ id }) => id)).toEqual([stays.id]);
  expect(await db.outbox.get(1)).toMatchObject({ state: 'sent', left: true });
});

test('O4: what the server was too old for is offered again once it is new enough, with what depends on it', async () => {
  const newer = { code: 'unknown_command', detail: 'newer' } as const;
  const poll = buildRow({ order: 1, state: 'refused', refusal: newer, left: true });
  poll.envelope.version = 3;
  const vote = buildRow({ order: 2, state: 'refused', refusal: { code: 'dependency' }, after: [poll.id] });
  const gone = buildRow({ order: 3, state: 'refused', refusal: { code: 'unknown_command' } });
  const muted = buildRow({ order: 4, state: 'refused', refusal: { code: 'muted' } });
  const lost = buildRow({ order: 5, state: 'refused', refusal: { code: 'dependency' }, after: [muted.id] });
  const db = await buildOutbox(poll, vote, gone, muted, lost);
  expect(await offerAgain(db, 2)).toBe(false);
  expect(await offerAgain(db, 3)).toBe(true);
  const rows = await db.outbox.getAll();
  expect(rows.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'refused', 'refused', 'refused']);
  expect(rows[0]).not.toHaveProperty('refusal');
  expect(await offerAgain(db, 3)).toBe(false);
});
