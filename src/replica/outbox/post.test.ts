import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import type { Envelope } from '#kernel/commands.ts';
import type { Receipt } from '#kernel/wire.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { DeviceDatabase } from '../database/database.ts';
import { postOutbox } from './post.ts';

const open: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

async function buildOutbox(count: number): Promise<DeviceDatabase> {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  open.push(db);
  await db.outbox.putMany(Array.from({ length: count }, (_, index) => buildRow({ order: index + 1 })));
  return db;
}

type Answering = (commands: Envelope[]) => Receipt[] | number;

/** A server that answers `POST /api/commands`: receipts, or a status. */
function serve(answer: Answering): typeof fetch {
  return async (_path, init) => {
    const { commands } = JSON.parse(String(init?.body)) as { commands: Envelope[] };
    const result = answer(commands);
    return typeof result === 'number' ? new Response(null, { status: result }) : Response.json({ receipts: result });
  };
}

const accept: Answering = (commands) => commands.map(({ id }, no) => ({ id, ok: true, pos: no + 1, no }));

test('everything that waits is delivered, batch after batch, in order', async () => {
  const db = await buildOutbox(250);
  const sent: string[] = [];
  const outcome = await postOutbox(db, {
    fetch: serve((commands) => {
      sent.push(...commands.map(({ id }) => id));
      return accept(commands);
    }),
  });
  expect(outcome).toEqual({ what: 'sent', wakeAt: null });
  const rows = await db.outbox.getAll();
  expect(sent).toEqual(rows.map(({ id }) => id));
  expect(rows.every(({ state }) => state === 'accepted')).toBe(true);
});

test('without an answer everything stays', async () => {
  const db = await buildOutbox(2);
  const outcome = await postOutbox(db, { fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
  expect(outcome).toEqual({ what: 'offline' });
  expect((await db.outbox.getAll()).map(({ state }) => state)).toEqual(['sent', 'sent']);
});

test.each([401, 409])(
  'C6: a session that is gone or another account’s (%i) leaves the rows where they are',
  async (status) => {
    const db = await buildOutbox(2);
    expect(await postOutbox(db, { fetch: serve(() => status) })).toEqual({ what: 'locked' });
    expect(await db.outbox.count()).toBe(2);
  },
);

test('a server in trouble is tried again later', async () => {
  const db = await buildOutbox(1);
  expect(await postOutbox(db, { fetch: serve(() => 503) })).toEqual({ what: 'busy' });
});

test('C10: what has to wait is left for its time', async () => {
  const db = await buildOutbox(2);
  const until = Date.now() + 60_000;
  const outcome = await postOutbox(db, {
    fetch: serve((commands) => commands.map(({ id }) => ({ id, ok: false, wait: { until, reason: 'rate' } }))),
  });
  expect(outcome).toEqual({ what: 'sent', wakeAt: until });
});
