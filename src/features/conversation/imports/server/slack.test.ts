import { expect, test } from 'vitest';
import type { ExportFiles } from './export-files.ts';
import type { ImportItem, SourceMessage } from './items.ts';
import { ImportNotes } from './notes.ts';
import { openSlack } from './slack.ts';

const users = [
  { id: 'U1', team_id: 'T1', name: 'ana', profile: { display_name: 'Ana', real_name: 'Ana B.' } },
  { id: 'U2', name: 'bo', real_name: 'Bo' },
];
const channels = [{ id: 'C1', name: 'tools', is_archived: true, topic: { value: 'Tools &amp; more' } }];

function exported(files: Record<string, unknown>): ExportFiles {
  const all: Record<string, unknown> = { 'users.json': users, 'channels.json': channels, ...files };
  return {
    names: Object.keys(all),
    text: async (name) => (typeof all[name] === 'string' ? all[name] : JSON.stringify(all[name])),
    close: async () => undefined,
  };
}

async function read(files: Record<string, unknown>) {
  const notes = new ImportNotes();
  const slack = await openSlack(exported(files), notes);
  const items: ImportItem[] = [];
  for await (const item of slack.items()) items.push(item);
  return { slack, notes, items, messages: items.filter((item): item is SourceMessage => item.kind === 'message') };
}

const day = (...messages: object[]) => ({
  'tools/2024-01-01.json': messages.map((message) => ({ type: 'message', ...message })),
});

test('a channel comes before its messages, which come in order of time, with their answers', async () => {
  const { items, slack } = await read(
    day(
      { ts: '1704067202.000100', user: 'U2', text: 'Yes', thread_ts: '1704067201.000100' },
      { ts: '1704067201.000100', user: 'U1', text: 'Ready?', thread_ts: '1704067201.000100' },
    ),
  );
  expect(items).toMatchObject([
    { kind: 'channel', key: 'C1', name: 'tools', topic: 'Tools & more', archived: true, private: false },
    { key: '1704067201.000100', by: { key: 'U1', name: 'Ana' }, at: 1_704_067_201_000, body: 'Ready?' },
    { by: { key: 'U2', name: 'Bo' }, body: 'Yes', reply: '1704067201.000100' },
  ]);
  expect((items[1] as SourceMessage).reply).toBeUndefined();
  expect([slack.team, slack.done, slack.total]).toEqual(['T1', 1, 1]);
});

test('of an old export’s file lines only what people wrote is taken', async () => {
  const { messages, notes } = await read(
    day(
      {
        ts: '1.1',
        user: 'U1',
        subtype: 'file_share',
        text: '<@U1|ana> uploaded a file: <https://x.example/f|map.png> and commented: Look',
        file: { name: 'map.png', initial_comment: { comment: 'Look' } },
      },
      {
        ts: '2.1',
        subtype: 'file_comment',
        text: '<@U2|bo> commented on …',
        file: { name: 'map.png' },
        comment: { user: 'U2', comment: 'Nice' },
      },
    ),
  );
  expect(messages.map(({ by, body }) => [by.name, body])).toEqual([
    ['Ana', 'Look\n[file: map.png]'],
    ['Bo', 'Nice\n[file: map.png]'],
  ]);
  expect(notes.count('files')).toBe(2);
});

test('programs write under their names, notices are left out, and reactions keep their people', async () => {
  const { messages, notes } = await read(
    day(
      {
        ts: '1.1',
        subtype: 'bot_message',
        bot_id: 'B1',
        username: 'Tide bot',
        text: '',
        attachments: [{ title: 'High tide', title_link: 'https://t.example', text: '04:12' }],
      },
      { ts: '2.1', subtype: 'channel_join', user: 'U1', text: 'joined' },
      {
        ts: '3.1',
        subtype: 'me_message',
        user: 'U1',
        text: 'waves',
        reactions: [{ name: 'wave', users: ['U2'], count: 2 }],
        edited: { user: 'U1', ts: '4.0' },
      },
    ),
  );
  expect(messages).toMatchObject([
    { by: { key: 'bot:B1', name: 'Tide bot' }, body: '[High tide](https://t.example)\n04:12' },
    {
      body: '_waves_',
      editedAt: 4000,
      reactions: [{ emoji: 'wave', people: [{ key: 'U2', name: 'Bo' }], unnamed: 1 }],
    },
  ]);
  expect(notes.count('notice')).toBe(1);
});

test('a damaged day and a damaged item are reported by name, and the rest is taken', async () => {
  const { messages, notes } = await read({
    ...day({ ts: 'now', text: 'x' }, { ts: '2.1', user: 'U1', text: 'kept' }),
    'tools/2024-01-02.json': '{',
  });
  expect(messages.map(({ body }) => body)).toEqual(['kept']);
  expect(notes.entries()[0]?.[1].examples).toEqual([
    'tools/2024-01-01.json, item 1: ts is no time',
    'tools/2024-01-02.json: is not JSON',
  ]);
});

test('private channels stay private, and direct conversations are not published', async () => {
  const messages = [{ ts: '1.1', user: 'U1', text: 'between us' }];
  const { items, notes } = await read({
    'groups.json': [{ id: 'G1', name: 'mentors' }],
    'mentors/2024-01-01.json': messages,
    'dms.json': [{ id: 'D1' }],
    'D1/2024-01-01.json': messages,
    'lost/2024-01-01.json': messages,
  });
  expect(items.filter((item) => item.kind === 'channel').map((item) => [item.name, item.private])).toEqual([
    ['tools', false],
    ['mentors', true],
    ['lost', true],
  ]);
  expect(items.filter((item) => item.kind === 'message')).toHaveLength(2);
  expect(notes.count('direct')).toBe(1);
});

test('a list of direct conversations that cannot be read stops everything, so that none is published', async () => {
  await expect(read({ 'dms.json': '[', 'D1/2024-01-01.json': [] })).rejects.toThrow('Nothing was taken');
});

test('what is no export of Slack is refused in words', async () => {
  const files = exported({});
  await expect(openSlack({ ...files, names: ['users.json'] }, new ImportNotes())).rejects.toThrow('no channels.json');
});
