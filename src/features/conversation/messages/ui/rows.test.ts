import { expect, test } from 'vitest';
import type { ViewMessage } from '#replica/api.ts';
import { layRows } from './rows.ts';

const noon = new Date('2026-03-12T12:00:00').getTime();
const minute = 60_000;

function message(no: number, overrides: Partial<ViewMessage> = {}): ViewMessage {
  return {
    id: `m${no}`,
    no,
    by: 'leila',
    name: 'Leila',
    at: noon + no * minute,
    body: 'Hello',
    reactions: [],
    mine: false,
    state: 'sent',
    ...overrides,
  };
}

test('what one person writes within five minutes stands under one name', () => {
  const rows = layRows(
    [
      message(0),
      message(1),
      message(7),
      message(8, { by: 'maren' }),
      message(9, { by: 'maren', reply: { id: 'm0', no: 0, name: 'Leila', text: 'Hello' } }),
    ],
    null,
  );
  expect(rows.map((row) => row.grouped)).toEqual([false, true, false, false, false]);
});

test('a day line parts two messages around midnight and opens the history', () => {
  const midnight = new Date('2026-03-13T00:00:00').getTime();
  const rows = layRows([message(0, { at: midnight - minute }), message(1, { at: midnight + minute })], null);
  expect(rows.map((row) => [row.day, row.grouped])).toEqual([
    [true, false],
    [true, false],
  ]);
});

test('the unread line stands once, before the first message of somebody else', () => {
  const rows = layRows([message(0), message(1), message(2, { mine: true }), message(3), message(4)], 2);
  expect(rows.map((row) => row.unread)).toEqual([false, false, false, true, false]);
  expect(rows[3]?.grouped).toBe(false);
});

test('one’s own waiting messages, which have no number yet, draw no unread line', () => {
  expect(
    layRows([message(0), message(1, { no: null, mine: true, state: 'pending' })], 1).some((row) => row.unread),
  ).toBe(false);
});

test('a window that begins among the unread draws no line: that stands further up', () => {
  expect(layRows([message(5), message(6)], 2).some((row) => row.unread)).toBe(false);
  expect(layRows([message(2), message(3)], 2)[0]?.unread).toBe(true);
});
