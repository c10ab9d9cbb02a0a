import { expect, test } from 'vitest';
import { isSendKey } from './composing.ts';

const press = (held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}, key = 'Enter') => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

test('Enter sends for those who chose it, and Shift with it breaks the line', () => {
  expect(isSendKey(press(), 'enter', false)).toBe(true);
  expect(isSendKey(press({ shiftKey: true }), 'enter', false)).toBe(false);
  expect(isSendKey(press({}, 'a'), 'enter', false)).toBe(false);
});

test('under the thumb Enter breaks the line, whatever was chosen', () => {
  expect(isSendKey(press(), 'enter', true)).toBe(false);
});

test('Control or Command with Enter sends for everyone', () => {
  expect(isSendKey(press({ ctrlKey: true }), 'mod+enter', false)).toBe(true);
  expect(isSendKey(press({ metaKey: true }), 'enter', true)).toBe(true);
  expect(isSendKey(press(), 'mod+enter', false)).toBe(false);
});
