import 'fake-indexeddb/auto';
import { afterEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { AlreadySent } from '../api.ts';
import { DeviceDatabase } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import { OutboxChanges } from './outbox-changes.ts';
import { PageOutbox } from './outbox.svelte.ts';

const open: DeviceDatabase[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

type Sent = { name: string; args: Record<string, unknown>; after?: string[] };

async function buildOutbox(...rows: OutboxRow[]) {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  open.push(db);
  await db.outbox.putMany(rows);
  const submitted: Sent[] = [];
  const changes = new OutboxChanges({
    device: db,
    submit: async (name, args, { after }) => {
      submitted.push({ name, args, ...(after ? { after } : {}) });
      return { id: ulid() };
    },
    withText: (row, body) => ({ ...row.envelope.args, body }),
    changed: async () => {
      outbox.rows = await db.outbox.getAll();
    },
  });
  const outbox = new PageOutbox({ placeName: ({ place }) => place, changes: async () => changes });
  outbox.rows = await db.outbox.getAll();
  return { outbox, db, submitted };
}

test('what has not left is simply taken back or changed', async () => {
  const [first, second] = [buildRow({ order: 1 }), buildRow({ order: 2 })];
  const { outbox, db, submitted } = await buildOutbox(first, second);
  await outbox.withdraw(first.id);
  await outbox.edit(second.id, 'Better');
  expect(submitted).toEqual([]);
  expect(outbox.items.map(({ id, text }) => [id, text])).toEqual([[second.id, 'Better']]);
  expect((await db.outbox.getBy('id', second.id))?.envelope.args['body']).toBe('Better');
});

test('O2: of what has left, taking back and changing are commands of their own that wait for it', async () => {
  const sent = buildRow({ state: 'sent', left: true });
  const { outbox, db, submitted } = await buildOutbox(sent);
  await outbox.edit(sent.id, 'Better');
  await outbox.withdraw(sent.id);
  expect(submitted).toEqual([
    {
      name: 'message.edit',
      args: { community: 'garden', channel: 'general', message: sent.id, body: 'Better' },
      after: [sent.id],
    },
    { name: 'message.delete', args: { community: 'garden', channel: 'general', message: sent.id }, after: [sent.id] },
  ]);
  expect(await db.outbox.getBy('id', sent.id)).toEqual(sent);
});

test('what nothing takes back says so', async () => {
  const sent = buildRow({ name: 'channel.create', state: 'sent', left: true });
  const { outbox } = await buildOutbox(sent);
  await expect(outbox.withdraw(sent.id)).rejects.toBeInstanceOf(AlreadySent);
});

test('C4: what depended on something taken back is refused, its text kept', async () => {
  const channel = buildRow({ order: 1, name: 'channel.create' });
  const post = buildRow({ order: 2, after: [channel.id], body: 'First words' });
  const { outbox } = await buildOutbox(channel, post);
  await outbox.withdraw(channel.id);
  expect(outbox.items).toMatchObject([
    { id: post.id, state: 'refused', refusal: { code: 'dependency' }, text: 'First words' },
  ]);
});

test('C5: a refused command goes again under a new id, and takes along what was refused because of it', async () => {
  const refused = { state: 'refused', left: true } as const;
  const post = buildRow({ order: 1, ...refused, refusal: { code: 'muted' } });
  const edit = buildRow({
    order: 2,
    ...refused,
    name: 'message.edit',
    args: { community: 'garden', channel: 'general', message: post.id, body: 'Better' },
    after: [post.id],
    refusal: { code: 'dependency' },
  });
  const { outbox, db } = await buildOutbox(post, edit);
  await outbox.retry(post.id);
  const [again, followed] = await db.outbox.getAll();
  expect(again).toMatchObject({ state: 'waiting', left: false });
  expect(again?.id).not.toBe(post.id);
  expect(again?.envelope.id).toBe(again?.id);
  expect(followed?.envelope).toMatchObject({ after: [again?.id], args: { message: again?.id, body: 'Better' } });
  expect(followed).not.toHaveProperty('refusal');
});

test('O4: only what was refused can be discarded', async () => {
  const [waiting, refused] = [buildRow({ order: 1 }), buildRow({ order: 2, state: 'refused' })];
  const { outbox } = await buildOutbox(waiting, refused);
  await outbox.discard(waiting.id);
  await outbox.discard(refused.id);
  expect(outbox.items.map(({ id }) => id)).toEqual([waiting.id]);
});
