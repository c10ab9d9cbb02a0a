import { expect, test } from 'vitest';
import type { ImportItem, SourceMessage } from './items.ts';
import { readJsonl } from './jsonl.ts';
import { ImportNotes } from './notes.ts';

const message = { channel: 'tools', id: '1', author: 'ana', at: '2020-01-02T03:04:05Z', body: 'Hello' };

async function read(lines: (object | string)[], { channel }: { channel?: string } = {}) {
  const notes = new ImportNotes();
  const bytes = async function* () {
    for (const line of lines) yield Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  };
  const items: ImportItem[] = [];
  for await (const item of readJsonl(bytes(), { channel, unnamed: 'logs', notes })) items.push(item);
  return { items: items as SourceMessage[], notes };
}

test('a message keeps its channel, author, name, time and answer', async () => {
  const { items } = await read([{ ...message, authorName: 'Ana B.', replyTo: 7, edited: '2020-01-03T00:00:00Z' }]);
  expect(items[0]).toMatchObject({
    channel: 'tools',
    key: '1',
    by: { key: 'ana', name: 'Ana B.' },
    at: Date.UTC(2020, 0, 2, 3, 4, 5),
    body: 'Hello',
    reply: '7',
    editedAt: Date.UTC(2020, 0, 3),
  });
});

test('an operator can put everything into one channel, and lines without one have a place', async () => {
  const { channel: _none, ...rest } = message;
  expect((await read([message], { channel: 'history' })).items[0]?.channel).toBe('history');
  expect((await read([rest])).items[0]?.channel).toBe('logs');
});

test('a broken line is reported with its number and the others are taken', async () => {
  const { items, notes } = await read([
    message,
    '{"channel": ',
    '',
    { ...message, id: '2', at: 'yesterday' },
    '[]',
    { ...message, id: '3' },
  ]);
  expect(items.map((item) => item.key)).toEqual(['1', '3']);
  expect(notes.entries()).toEqual([
    [
      'malformed',
      { count: 3, examples: ['line 2: is not JSON', 'line 4: at is no time', expect.stringMatching(/^line 5: /)] },
    ],
  ]);
  expect(notes.lost).toBe(true);
});

test('people coming and going are counted, what somebody does stands in italics', async () => {
  const { items, notes } = await read([
    { ...message, kind: 'system', author: '', body: 'ana [~ana@host] has joined #tools' },
    { ...message, kind: 'action', id: '2', body: 'waves' },
    { ...message, kind: 'system', author: '', id: '3', body: 'ogra thinks about it' },
  ]);
  expect(items.map(({ body }) => body)).toEqual(['_waves_', '_ogra thinks about it_']);
  expect(notes.count('notice')).toBe(1);
  expect(notes.lost).toBe(false);
});

test('files are named under the text, a thread’s title stands above its first message', async () => {
  const { items, notes } = await read([
    { ...message, body: '', attachments: ['map.png', 'a.csv'], thread: 'Maps' },
    { ...message, id: '2', thread: 'Maps' },
  ]);
  expect(items.map(({ body }) => body)).toEqual(['**Maps**\n\n[file: map.png]\n[file: a.csv]', 'Hello']);
  expect(notes.count('files')).toBe(2);
});

test('reactions without names are counted, those with names keep them', async () => {
  const { items } = await read([
    {
      ...message,
      reactions: [
        { emoji: '👍', count: 3 },
        { emoji: 'tada', count: 2, users: ['bo', 'cy'] },
      ],
    },
  ]);
  expect(items[0]?.reactions).toEqual([
    { emoji: '👍', people: [], unnamed: 3 },
    {
      emoji: 'tada',
      people: [
        { key: 'bo', name: 'bo' },
        { key: 'cy', name: 'cy' },
      ],
      unnamed: 0,
    },
  ]);
});

test('a source that breaks off keeps what was read before', async () => {
  const notes = new ImportNotes();
  const bytes = async function* () {
    yield Buffer.from(`${JSON.stringify(message)}\n`);
    throw new Error('unexpected end of file');
  };
  const items = [];
  for await (const item of readJsonl(bytes(), { unnamed: 'logs', notes })) items.push(item);
  expect(items).toHaveLength(1);
  expect(notes.entries()).toEqual([['broken', { count: 1, examples: ['unexpected end of file'] }]]);
});
