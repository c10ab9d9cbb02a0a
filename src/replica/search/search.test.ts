import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { buildText } from './build-text.ts';
import { parseQuery } from './query.ts';
import { lineStarts, marksIn, scan } from './scan.ts';

const day = (text: string) => new Date(`${text}T12:00:00`).getTime();

const people = { ada: { name: 'Ada Lovelace' }, ben: { name: 'Ben' } };
const said: [by: string, body: string, at: number][] = [
  ['ada', 'The Blackbird sings\nat dawn', day('2026-05-01')],
  ['ben', 'A recording: https://example.org/dawn.ogg', day('2026-05-02')],
  ['ada', 'Dawn chorus, again', day('2026-05-03')],
];
const row = buildText('channel/general', 0, {
  records: said.map(([by, body, at], no) => ({ id: `m${no}`, no: no * 2, v: 1, by, body, at })),
  people,
  reactions: [],
});
const find = (text: string) => scan(row, lineStarts(row.text), parseQuery(text)).map(({ no }) => no);

test('all words must stand in a message, in any order and letter case, newest first', () => {
  expect(find('dawn')).toEqual([4, 2, 0]);
  expect(find('DAWN blackbird')).toEqual([0]);
  expect(find('dawn heron')).toEqual([]);
});

test('a phrase is looked for as it stands, also over a line break', () => {
  expect(find('"dawn chorus"')).toEqual([4]);
  expect(find('"sings at dawn"')).toEqual([0]);
});

test('from:, has:link, before: and after: narrow what is found, alone or together', () => {
  expect(find('from:ada')).toEqual([4, 0]);
  expect(find('from:"ada lovelace" chorus')).toEqual([4]);
  expect(find('from:adalovelace')).toEqual([4, 0]);
  expect(find('from:nobody dawn')).toEqual([]);
  expect(find('has:link')).toEqual([2]);
  expect(find('dawn before:2026-05-02')).toEqual([0]);
  expect(find('dawn after:2026-05-02')).toEqual([4]);
});

test('what only looks like a filter is a word', () => {
  expect(parseQuery('before:yesterday note:this').words).toEqual(['before:yesterday', 'note:this']);
});

test('marks cover every occurrence once, joined where they overlap', () => {
  expect(marksIn('Dawn at dawn', ['dawn'])).toEqual([
    [0, 4],
    [8, 12],
  ]);
  expect(marksIn('recording', ['record', 'cording'])).toEqual([[0, 9]]);
});

test('a letter that changes its length with its case is not marked in the wrong place', () => {
  expect(marksIn('İstanbul at dawn', ['dawn'])).toEqual([]);
});

test('an empty segment has no lines', () => {
  const empty = buildText('channel/general', 0, { records: [], people: {}, reactions: [] });
  expect(scan(empty, lineStarts(empty.text), parseQuery('dawn'))).toEqual([]);
});
