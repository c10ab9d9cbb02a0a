import { expect, test } from 'vitest';
import { createListWindow } from './list-window.ts';

test('older messages shift the list, newer ones and a deleted last one do not', () => {
  const windowOf = createListWindow();
  expect(windowOf(['c', 'd'])).toEqual({ shift: false, generation: 0 });
  expect(windowOf(['a', 'b', 'c', 'd'])).toEqual({ shift: true, generation: 0 });
  expect(windowOf(['a', 'b', 'c', 'd', 'e'])).toEqual({ shift: false, generation: 0 });
  expect(windowOf(['a', 'b', 'c', 'd'])).toEqual({ shift: false, generation: 0 });
});

test('letting go of the oldest shifts as well', () => {
  const windowOf = createListWindow();
  windowOf(['a', 'b', 'c']);
  expect(windowOf(['b', 'c'])).toEqual({ shift: true, generation: 0 });
});

test('a jump to another part of the history begins the list anew', () => {
  const windowOf = createListWindow();
  windowOf(['a', 'b']);
  expect(windowOf(['x', 'y'])).toEqual({ shift: false, generation: 1 });
  expect(windowOf(['w', 'x', 'y'])).toEqual({ shift: true, generation: 1 });
});
