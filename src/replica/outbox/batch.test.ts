import { expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { MAX_BATCH, MAX_FRAME_BYTES } from '#kernel/wire.ts';
import { nextBatch } from './batch.ts';
import { buildRow } from '#tests/support/outbox-row.ts';

const none = new Set<string>();
const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);

test('C3: commands on one target leave in the order they were written', () => {
  const rows = [buildRow({ order: 3 }), buildRow({ order: 1 }), buildRow({ order: 2 })];
  expect(nextBatch(rows, 0, none).rows.map(({ order }) => order)).toEqual([1, 2, 3]);
});

test('C10: one that has to wait holds back what follows on its target, and nothing else', () => {
  const rows = [
    buildRow({ order: 1, target: 'a', waitUntil: 500 }),
    buildRow({ order: 2, target: 'a' }),
    buildRow({ order: 3, target: 'b' }),
  ];
  const batch = nextBatch(rows, 100, none);
  expect(batch.rows.map(({ order }) => order)).toEqual([3]);
  expect(batch.wakeAt).toBe(500);
  expect(nextBatch(rows, 500, none).rows).toHaveLength(3);
});

test('C4: a command goes with or after what it depends on, never before', () => {
  const channel = buildRow({ order: 1, target: 'a', waitUntil: 900 });
  const post = buildRow({ order: 2, target: 'b', after: [channel.id] });
  expect(nextBatch([channel, post], 0, none).rows).toEqual([]);
  expect(ids(nextBatch([channel, post], 900, none).rows)).toEqual([channel.id, post.id]);
  expect(ids(nextBatch([{ ...channel, state: 'sent' }, post], 0, new Set([channel.id])).rows)).toEqual([post.id]);
});

test('C4: what depends on a refused command is refused on the device, and so on down the line', () => {
  const channel = buildRow({ order: 1, state: 'refused' });
  const post = buildRow({ order: 2, after: [channel.id] });
  const edit = buildRow({ order: 3, after: [post.id] });
  const { rows, refused } = nextBatch([channel, post, edit], 0, none);
  expect(rows).toEqual([]);
  expect(refused).toEqual([
    { id: post.id, refusal: { code: 'dependency' } },
    { id: edit.id, refusal: { code: 'dependency' } },
  ]);
});

test('a dependency that is no longer in the outbox was accepted long ago', () => {
  const post = buildRow({ after: [ulid()] });
  expect(nextBatch([post], 0, none).rows).toHaveLength(1);
});

test('accepted, refused and unanswered commands are not sent; a sent one without an answer on this connection is sent again', () => {
  const sent = buildRow({ order: 1, state: 'sent' });
  const rows = [sent, buildRow({ order: 2, state: 'accepted' }), buildRow({ order: 3, state: 'refused' })];
  expect(ids(nextBatch(rows, 0, none).rows)).toEqual([sent.id]);
  expect(nextBatch(rows, 0, new Set([sent.id])).rows).toEqual([]);
});

test('a batch stays within its count, its bytes and the room that is left', () => {
  const many = Array.from({ length: MAX_BATCH + 20 }, (_, order) => buildRow({ order }));
  expect(nextBatch(many, 0, none).rows).toHaveLength(MAX_BATCH);
  expect(nextBatch(many, 0, none, 7).rows).toHaveLength(7);
  const large = Array.from({ length: 20 }, (_, order) => buildRow({ order, body: 'x'.repeat(40_000) }));
  const batch = nextBatch(large, 0, none).rows;
  expect(new TextEncoder().encode(JSON.stringify(batch.map(({ envelope }) => envelope))).length).toBeLessThan(
    MAX_FRAME_BYTES,
  );
  expect(batch.length).toBeGreaterThan(1);
});

test('C11: a command too large to send is refused alone', () => {
  const large = buildRow({ order: 1, body: 'x'.repeat(70_000) });
  const small = buildRow({ order: 2 });
  const batch = nextBatch([large, small], 0, none);
  expect(batch.refused).toEqual([{ id: large.id, refusal: { code: 'too_large' } }]);
  expect(ids(batch.rows)).toEqual([small.id]);
});
