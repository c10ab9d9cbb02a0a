import { describe, expect, test } from 'vitest';
import { ListWindow } from './list-window.svelte.ts';
import type { MessageRow } from './rows.ts';

const known = new Map<string, MessageRow>();

/** A row for each letter, the same one every time. */
const rows = (letters: string): MessageRow[] =>
  [...letters].map((id) => {
    const row = known.get(id) ?? ({ message: { id }, day: false, unread: false, grouped: false } as MessageRow);
    known.set(id, row);
    return row;
  });

const ids = (part: readonly MessageRow[]) => part.map(({ message }) => message.id).join('');

function laid(...windows: string[]) {
  const list = new ListWindow();
  for (const letters of windows) list.take(rows(letters));
  return list;
}

const partsOf = (list: ListWindow) => `${ids(list.history)} ${ids(list.tail)}`;

describe('the history', () => {
  test('older messages shift it, newer ones and a deleted last one do not', () => {
    const list = laid('cd');
    expect(list).toMatchObject({ shift: false, generation: 0 });
    list.take(rows('abcd'));
    expect(list).toMatchObject({ shift: true, generation: 0 });
    list.take(rows('abcde'));
    expect(list).toMatchObject({ shift: false, generation: 0 });
    list.take(rows('abc'));
    expect(list).toMatchObject({ shift: false, generation: 0 });
  });

  test('letting go of the oldest shifts it as well', () => {
    expect(laid('abc', 'bc')).toMatchObject({ shift: true, generation: 0 });
  });

  test('a jump to another part begins it anew', () => {
    const list = laid('ab', 'xy');
    expect(list).toMatchObject({ shift: false, generation: 1 });
    list.take(rows('wxy'));
    expect(list).toMatchObject({ shift: true, generation: 1 });
  });

  test('stays the same object while only the tail changes', () => {
    const list = laid('abc');
    const { history } = list;
    list.take(rows('abcd'));
    list.take(rows('abcde'));
    expect(list.history).toBe(history);
  });
});

describe('the tail', () => {
  test('is what came since the list was opened', () => {
    expect(partsOf(laid('abc'))).toBe('abc ');
    expect(partsOf(laid('abc', 'abcd', 'abcde'))).toBe('abc de');
  });

  test('takes up what another accepted before one’s own that waits', () => {
    expect(partsOf(laid('abc', 'abcx', 'abcdx'))).toBe('abc dx');
  });

  test('lets go of what is deleted, and takes it back', () => {
    expect(partsOf(laid('abc', 'abcde', 'abce'))).toBe('abc e');
    expect(partsOf(laid('abc', 'abcde', 'abce', 'abcde'))).toBe('abc de');
  });

  test('of a history that lost its last message begins behind what is left', () => {
    expect(partsOf(laid('abc', 'abcd', 'abd'))).toBe('ab d');
  });

  test('is for what is being said: many at once are history, with what stood before them', () => {
    expect(partsOf(laid('abc', 'abcd', 'abcdefghijklmn'))).toBe('abcdefghijklmn ');
  });

  test('never stands alone', () => {
    expect(partsOf(laid('a', 'ab', 'b'))).toBe('b ');
    expect(partsOf(laid('a', 'ab', ''))).toBe(' ');
  });

  test('gives its first rows to the history, which grows at its end', () => {
    const list = laid('bc', 'abc', 'abcdef');
    list.settle(2);
    expect(partsOf(list)).toBe('abcd ef');
    expect(list).toMatchObject({ shift: false, generation: 0 });
    list.settle(5);
    expect(partsOf(list)).toBe('abcd ef');
    list.take(rows('abcdefg'));
    expect(partsOf(list)).toBe('abcd efg');
  });
});
