import { expect, test } from 'vitest';
import { position } from './place.ts';

const view = { width: 1000, height: 600 };
const size = { width: 200, height: 100 };
const box = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 32 });

test('a menu opens under its button, in line with its start', () => {
  expect(position(size, box(300, 200), { side: 'below', align: 'start' }, view, false)).toEqual({ x: 300, y: 238 });
  expect(position(size, box(300, 200), { side: 'below', align: 'start' }, view, true)).toEqual({ x: 140, y: 238 });
  expect(position(size, box(300, 200), { side: 'below', align: 'end' }, view, false)).toEqual({ x: 140, y: 238 });
});

test('it opens above where there is no room below, and stays in the window at its edges', () => {
  expect(position(size, box(300, 540), { side: 'below', align: 'start' }, view, false)).toEqual({ x: 300, y: 434 });
  expect(position(size, box(970, 200), { side: 'below', align: 'start' }, view, false)).toEqual({ x: 792, y: 238 });
  expect(position(size, box(0, 4), { side: 'above', align: 'middle' }, view, false)).toEqual({ x: 8, y: 42 });
});

test('a window too low for either side still shows its top', () => {
  const low = { width: 1000, height: 90 };
  expect(position(size, box(300, 30), { side: 'below', align: 'start' }, low, false).y).toBe(8);
});

test('the words of the rail stand beside it, on the side where the reading goes on', () => {
  expect(position({ width: 100, height: 20 }, box(12, 200), { side: 'end', align: 'middle' }, view, false)).toEqual({
    x: 58,
    y: 206,
  });
  expect(position({ width: 100, height: 20 }, box(948, 200), { side: 'end', align: 'middle' }, view, true)).toEqual({
    x: 842,
    y: 206,
  });
});
