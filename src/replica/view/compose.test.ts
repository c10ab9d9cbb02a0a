import { expect, test } from 'vitest';
import type { ViewMessage } from '#replica/api.ts';
import { createRegistry } from '#kernel/registry.ts';
import { ulid } from '#kernel/ids.ts';
import { slices } from '#features/slices.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { buildChannelPlace, buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import { NOT_KEPT, type ChunkRow, type OutboxRow, type StoredRecord } from '../database/rows.ts';
import { overlayBy } from '../overlay/overlay-window.ts';
import { composeMessages, createMemory, type Composition } from './compose.ts';

const registry = createRegistry(slices);
const [ada, ben] = ['01J00000000000000000000000', '01J00000000000000000000001'];
const [garden, general] = [ulid(), ulid()];
const places = buildPlaces({
  communities: [buildCommunityPlace({ id: garden, channels: [buildChannelPlace({ id: general })] })],
});

function buildRecord(no: number, overrides: Partial<StoredRecord> = {}): StoredRecord {
  return { id: ulid(), no, v: 1, by: ben, at: 1000 + no, body: `message ${no}`, ...overrides };
}

function buildChunk(records: StoredRecord[], overrides: Partial<ChunkRow> = {}): ChunkRow {
  return {
    chain: `channel/${general}`,
    chunk: 0,
    built: 1,
    records,
    people: { [ben]: { name: 'Ben' }, [ada]: { name: 'Ada' } },
    reactions: {},
    ...overrides,
  };
}

const row = (name: string, args: Record<string, unknown>, rest: Partial<OutboxRow> = {}) =>
  buildRow({ name, args: { community: garden, channel: general, ...args }, channel: general, ...rest });

function compose(records: StoredRecord[], rows: OutboxRow[], rest: Partial<Composition> = {}): ViewMessage[] {
  return composeMessages({
    channel: general,
    actor: { user: ada, name: 'Ada', operator: false, system: false },
    places,
    overlay: overlayBy(registry),
    chunks: [buildChunk(records)],
    rows,
    atEnd: true,
    snippets: new Map(),
    memory: createMemory(),
    ...rest,
  });
}

test('O3: a post that waits stands at the end, its author’s own, without a number', () => {
  const post = row('message.post', { body: 'On my way' });
  const shown = compose([buildRecord(0)], [post]);
  expect(shown).toHaveLength(2);
  expect(shown[1]).toMatchObject({
    id: post.id,
    no: null,
    body: 'On my way',
    name: 'Ada',
    mine: true,
    state: 'pending',
    command: post.id,
  });
});

test('a post away from the newest is not shown in the middle of history', () => {
  expect(compose([buildRecord(0)], [row('message.post', { body: 'On my way' })], { atEnd: false })).toHaveLength(1);
});

test('a post whose record has arrived is shown once, as the server has it', () => {
  const post = row('message.post', { body: 'Hello' }, { state: 'sent' });
  const shown = compose([buildRecord(0, { id: post.id, by: ada, body: 'Hello' })], [post]);
  expect(shown.map(({ id, no, state }) => [id, no, state])).toEqual([[post.id, 0, 'sent']]);
});

test('an edit, a reaction and a deletion that wait are shown in place', () => {
  const [first, second, third] = [buildRecord(0, { by: ada }), buildRecord(1), buildRecord(2, { by: ada })];
  const edit = row('message.edit', { message: first.id, body: 'better' });
  const shown = compose(
    [first, second, third],
    [edit, row('reaction.add', { message: second.id, emoji: '🌱' }), row('message.delete', { message: third.id })],
  );
  expect(shown.map(({ body }) => body)).toEqual(['better', 'message 1']);
  expect(shown[0]).toMatchObject({ state: 'pending', command: edit.id, no: 0 });
  expect(shown[1]?.reactions).toEqual([{ emoji: '🌱', count: 1, mine: true, names: ['Ada'] }]);
});

test('a reaction taken back is gone before the server knows', () => {
  const record = buildRecord(0);
  const chunk = buildChunk([record], {
    reactions: { [record.id]: [{ emoji: '🌱', count: 2, mine: true, names: ['Ben', 'Ada'] }] },
  });
  const [shown] = compose([], [row('reaction.remove', { message: record.id, emoji: '🌱' })], { chunks: [chunk] });
  expect(shown?.reactions).toEqual([{ emoji: '🌱', count: 1, mine: false, names: ['Ben'] }]);
});

test('O4: a refused post stands at the end with its reason; a refused deletion reverts', () => {
  const record = buildRecord(0, { by: ada });
  const post = row('message.post', { body: 'No' }, { state: 'refused', refusal: { code: 'muted' } });
  const deletion = row('message.delete', { message: record.id }, { state: 'refused', refusal: { code: 'archived' } });
  const shown = compose([record], [post, deletion]);
  expect(shown.map(({ body, state }) => [body, state])).toEqual([
    ['message 0', 'sent'],
    ['No', 'refused'],
  ]);
  expect(shown[1]?.refusal).toEqual({ code: 'muted' });
});

test('a refused edit shows the confirmed text and says that it was refused', () => {
  const record = buildRecord(0, { by: ada });
  const edit = row(
    'message.edit',
    { message: record.id, body: 'better' },
    { state: 'refused', refusal: { code: 'screened' } },
  );
  expect(compose([record], [edit])[0]).toMatchObject({
    body: 'message 0',
    state: 'refused',
    refusal: { code: 'screened' },
    command: edit.id,
  });
});

test('an edit of a post that waits itself changes what waits', () => {
  const post = row('message.post', { body: 'first' }, { order: 1 });
  const edit = row('message.edit', { message: post.id, body: 'second' }, { order: 2 });
  const shown = compose([], [post, edit]);
  expect(shown.map(({ id, body }) => [id, body])).toEqual([[post.id, 'second']]);
});

test('an answer quotes the first line of what it answers, and nothing once that is erased', () => {
  const asked = buildRecord(0, { body: 'Where?\nAnd when?' });
  const answer = buildRecord(1, { reply: { id: asked.id, no: 0, by: ben } });
  expect(compose([asked, answer], [])[1]?.reply).toEqual({ id: asked.id, no: 0, name: 'Ben', text: 'Where?' });
  expect(compose([answer], [])[0]?.reply).toMatchObject({ text: null });
  const snippets = new Map([[asked.id, { name: 'Ben', text: 'Where?' }]]);
  expect(compose([answer], [], { snippets })[0]?.reply).toMatchObject({ text: 'Where?' });
  const deletion = row('message.delete', { message: asked.id });
  const moderated = { snippets, rows: [deletion] };
  expect(compose([{ ...asked, by: ada }, answer], [], moderated)[0]?.reply).toMatchObject({ text: null });
});

test('messages that did not change stay the same objects, so that nothing of them is drawn again', () => {
  const records = [buildRecord(0), buildRecord(1)];
  const memory = createMemory();
  const before = compose(records, [], { memory });
  const again = compose(structuredClone(records), [row('message.post', { body: 'new' })], { memory });
  expect(again[0]).toBe(before[0]);
  expect(again[1]).toBe(before[1]);
});

test('what comes behind what waits already shows as if all were composed at once', () => {
  const chunks = [buildChunk([buildRecord(0, { by: ada })])];
  const target = chunks[0]?.records[0]?.id;
  const first = row('message.post', { body: 'first' }, { order: 1 });
  const rows = [
    first,
    row('message.post', { body: 'second' }, { order: 2 }),
    row('message.edit', { message: first.id, body: 'first, better' }, { order: 3 }),
    row('message.edit', { message: target, body: 'better' }, { order: 4 }),
    row('reaction.add', { message: target, emoji: '🌱' }, { order: 5 }),
    row('message.delete', { message: first.id }, { order: 6 }),
  ];
  const memory = createMemory();
  for (const [index] of rows.entries()) {
    const some = rows.slice(0, index + 1);
    expect(compose([], some, { memory, chunks })).toEqual(compose([], some, { chunks }));
  }
  // A refusal in their midst, and one less.
  for (const some of [rows.map((one, at) => (at === 3 ? { ...one, state: 'refused' as const } : one)), rows.slice(1)])
    expect(compose([], some, { memory, chunks })).toEqual(compose([], some, { chunks }));
});

test('a post that waits stays the same object while others come behind it', () => {
  const memory = createMemory();
  const chunks = [buildChunk([])];
  const first = row('message.post', { body: 'first' });
  const [before] = compose([], [first], { memory, chunks });
  const [after] = compose([], [first, row('message.post', { body: 'second' })], { memory, chunks });
  expect(after).toBe(before);
});

test('O1: a post that is not on the disk yet says so', () => {
  expect(compose([], [row('message.post', { body: 'Hello' }, { order: NOT_KEPT })])[0]?.keeping).toBe(true);
  expect(compose([], [row('message.post', { body: 'Hello' })])[0]?.keeping).toBeUndefined();
});

test('a message of a newer version of the app is not shown wrongly: it says so', () => {
  expect(compose([buildRecord(0, { v: 2, body: { rich: true } })], [])[0]).toMatchObject({ newer: true, body: '' });
});

test('what is accepted but not yet here is shown as sent', () => {
  const post = row('message.post', { body: 'Hello' }, { state: 'accepted', pos: 3 });
  expect(compose([], [post])[0]).toMatchObject({ state: 'sent', body: 'Hello' });
});
