import { expect, test } from 'vitest';
import { keyNames, matches, parseKeys } from './shortcuts.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

test('mod is Command for people on Apple and Control for everyone else', () => {
  const keys = parseKeys('mod+k');
  expect(matches(keys, press('k', { metaKey: true }), true)).toBe(true);
  expect(matches(keys, press('k', { ctrlKey: true }), true)).toBe(false);
  expect(matches(keys, press('K', { ctrlKey: true }), false)).toBe(true);
  expect(matches(keys, press('k'), false)).toBe(false);
  expect(keyNames('mod+k', true)).toEqual(['⌘', 'K']);
  expect(keyNames('mod+k', false)).toEqual(['Ctrl', 'K']);
});

test('a sign is found wherever somebody’s keyboard puts it, a letter only with the keys that were asked for', () => {
  expect(matches(parseKeys('?'), press('?', { shiftKey: true }), false)).toBe(true);
  expect(matches(parseKeys('r'), press('R', { shiftKey: true }), false)).toBe(false);
  expect(matches(parseKeys('shift+esc'), press('Escape', { shiftKey: true }), false)).toBe(true);
});

test('a browser shortcut is never taken by the plain letter', () => {
  expect(matches(parseKeys('r'), press('r', { ctrlKey: true }), false)).toBe(false);
  expect(matches(parseKeys('r'), press('r', { metaKey: true }), false)).toBe(false);
});
