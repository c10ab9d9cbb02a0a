import { expect, test } from 'vitest';
import { importMessages, MAX_IMPORT } from '../imports.commands.ts';
import { toBatches, type ImportBatch } from './batches.ts';
import { createImportIds } from './import-ids.ts';
import type { SourceMessage } from './items.ts';
import { ImportNotes } from './notes.ts';
import { RecentMessages } from './recent-messages.ts';

const community = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ids = createImportIds(community, 'jsonl', 'test');

const said = (key: string, more: Partial<SourceMessage> = {}): SourceMessage => ({
  kind: 'message',
  channel: 'a',
  key,
  by: { key: 'ana', name: 'Ana' },
  at: 1_600_000_000_000,
  body: `say ${key}`,
  where: `line ${key}`,
  ...more,
});

async function batched(items: SourceMessage[], size?: number) {
  const notes = new ImportNotes();
  const source = async function* () {
    yield* items;
  };
  const batches: ImportBatch[] = [];
  for await (const batch of toBatches(source(), { ids, notes, recent: new RecentMessages() }, size)) {
    if (batch.kind === 'batch') batches.push(batch);
  }
  for (const { people, messages, channel } of batches) {
    importMessages.args.parse({ community, channel: ids.channel(channel), people, messages });
  }
  return { batches, messages: batches.flatMap((batch) => batch.messages), notes };
}

test('however a source is cut into commands, its messages have the same ids in the same order', async () => {
  const items = Array.from({ length: 1200 }, (_, n) => said(String(n)));
  const small = await batched(items, 7);
  const large = await batched(items);
  expect(small.messages).toEqual(large.messages);
  expect(large.batches.map(({ messages }) => messages.length)).toEqual([MAX_IMPORT, MAX_IMPORT, 200]);
});

test('an answer names what it answers; what was not taken or comes later makes it a plain message', async () => {
  const { messages, notes } = await batched([
    said('1'),
    said('2', { reply: '1' }),
    said('3', { reply: '4' }),
    said('4', { reply: 'gone' }),
  ]);
  expect(messages.map(({ reply }) => reply)).toEqual([undefined, messages[0]?.id, undefined, undefined]);
  expect(notes.count('reply')).toBe(2);
});

test('an answer to another channel’s message is plain', async () => {
  const { messages } = await batched([said('1'), said('2', { channel: 'b', reply: '1' })]);
  expect(messages[1]?.reply).toBeUndefined();
});

test('a long message is taken in parts, its reactions under the last', async () => {
  const body = `${'word '.repeat(1000)}end`;
  const { messages, notes } = await batched([
    said('1', { body, reactions: [{ emoji: '👍', people: [], unnamed: 2 }] }),
  ]);
  expect(messages).toHaveLength(2);
  expect(messages.map((message) => message.reactions?.length)).toEqual([undefined, 1]);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  expect(notes.count('cut')).toBe(1);
});

test('what no database can store is replaced, what is empty left out, both counted', async () => {
  const { messages, notes } = await batched([said('1', { body: 'a\0b\uD83D' }), said('2', { body: ' \n ' })]);
  expect(messages.map(({ body }) => body)).toEqual(['a\uFFFDb\uFFFD']);
  expect([notes.count('replaced'), notes.count('empty')]).toEqual([1, 1]);
});

test('one id twice is one message', async () => {
  const { messages, notes } = await batched([said('1'), said('1', { body: 'again', at: 5 })]);
  expect(messages.map(({ body }) => body)).toEqual(['say 1']);
  expect(notes.count('double')).toBe(1);
});

test('two names of one emoji are one reaction, an emoji of the source alone is left out', async () => {
  const people = [{ key: 'bo', name: 'Bo' }];
  const { messages, notes } = await batched([
    said('1', {
      reactions: [
        { emoji: '+1', people, unnamed: 1 },
        { emoji: '👍', people, unnamed: 0 },
        { emoji: 'party-parrot', people, unnamed: 4 },
      ],
    }),
  ]);
  expect(messages[0]?.reactions).toEqual([{ emoji: '👍', by: [ids.person('bo'), expect.any(String)] }]);
  expect(notes.count('custom_emoji')).toBe(5);
});

test('a message with thousands of reactions is still one command', async () => {
  const people = Array.from({ length: 700 }, (_, n) => ({ key: `p${n}`, name: `P ${n}` }));
  const reactions = ['👍', '🎉', '🔥', '❤️', '🙏'].map((emoji) => ({ emoji, people, unnamed: 500 }));
  const { batches, notes } = await batched([
    said('1', { reactions }),
    said('2', { reactions }),
    said('3', { reactions }),
    said('4', { reactions }),
  ]);
  expect(batches.flatMap(({ messages }) => messages)).toHaveLength(4);
  expect(notes.count('many_reactions')).toBe(4 * 5000);
});

test('many channels at once are held back in bounds and lose nothing', async () => {
  const items = Array.from({ length: 9000 }, (_, n) => said(String(n), { channel: `c${n % 300}` }));
  expect((await batched(items)).messages).toHaveLength(9000);
});

test('the same nickname is somebody else in another source or community', () => {
  const others = [
    createImportIds(community, 'jsonl', 'other'),
    createImportIds('01ARZ3NDEKTSV4RRFFQ69G5FAW', 'jsonl', 'test'),
    createImportIds(community, 'slack', 'test'),
  ];
  expect(new Set([ids, ...others].map((each) => each.person('ana'))).size).toBe(4);
});
