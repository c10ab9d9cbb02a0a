import { expect, test } from 'vitest';
import { move } from './roving.ts';

test('arrows walk round a list of three, Home and End jump', () => {
  expect(move('ArrowDown', 'vertical', 0, 3, false)).toBe(1);
  expect(move('ArrowDown', 'vertical', 2, 3, false)).toBe(0);
  expect(move('ArrowUp', 'vertical', 0, 3, false)).toBe(2);
  expect(move('End', 'vertical', 0, 3, false)).toBe(2);
  expect(move('Home', 'vertical', 2, 3, false)).toBe(0);
});

test('sideways follows the writing direction of the reader', () => {
  expect(move('ArrowRight', 'horizontal', 0, 3, false)).toBe(1);
  expect(move('ArrowRight', 'horizontal', 0, 3, true)).toBe(2);
  expect(move('ArrowLeft', 'horizontal', 0, 3, true)).toBe(1);
});

test('keys of the other axis are left to the page', () => {
  expect(move('ArrowRight', 'vertical', 0, 3, false)).toBe(-1);
  expect(move('ArrowDown', 'horizontal', 0, 3, false)).toBe(-1);
  expect(move('a', 'both', 0, 3, false)).toBe(-1);
  expect(move('ArrowDown', 'both', 0, 0, false)).toBe(-1);
});
