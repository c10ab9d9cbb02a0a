import { expect, test } from 'vitest';
import { excerpt, markAgain } from './excerpt.ts';

test('what was found is marked in its words', () => {
  expect(excerpt('the tide table', [[4, 8]])).toEqual([
    { text: 'the ', mark: false },
    { text: 'tide', mark: true },
    { text: ' table', mark: false },
  ]);
});

test('of a long message only the words around the first hit are shown', () => {
  const body = `${'word '.repeat(40)}tide ${'word '.repeat(80)}`;
  const pieces = excerpt(body, [[200, 204]]);
  expect(pieces[0]).toEqual({ text: '…', mark: false });
  expect(pieces.at(-1)).toEqual({ text: '…', mark: false });
  expect(pieces.find((piece) => piece.mark)?.text).toBe('tide');
  expect(pieces.map((piece) => piece.text).join('').length).toBeLessThan(230);
});

test('what was marked among signs is marked in the plain words, everywhere it stands', () => {
  expect(
    markAgain('tide and Tide, tide', '**tide** and [Tide](x), tide', [
      [2, 6],
      [14, 18],
    ]),
  ).toEqual([
    [0, 4],
    [9, 13],
    [15, 19],
  ]);
  expect(markAgain('a link', '[a link](https://tide.example)', [[17, 21]])).toEqual([]);
});
