import { expect, test } from 'vitest';
import { MAX_LINE, readLines } from './lines.ts';

async function linesOf(...chunks: (string | Uint8Array)[]) {
  const bytes = async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  const lines = [];
  for await (const line of readLines(bytes())) lines.push(line);
  return lines;
}

test('lines come out whole however the bytes are cut, also inside a letter', async () => {
  const bytes = Buffer.from('für\ndich\n');
  expect(await linesOf(bytes.subarray(0, 2), bytes.subarray(2, 5), bytes.subarray(5))).toEqual([
    { number: 1, text: 'für' },
    { number: 2, text: 'dich' },
  ]);
});

test('a last line without an end counts, an empty rest does not', async () => {
  expect(await linesOf('a\n\nb')).toEqual([
    { number: 1, text: 'a' },
    { number: 2, text: '' },
    { number: 3, text: 'b' },
  ]);
});

test('a line of 10 MB is passed over, and the one after it is read', async () => {
  const piece = Buffer.alloc(MAX_LINE, 'x');
  expect(await linesOf(...Array.from({ length: 10 }, () => piece), '\nnext\n')).toEqual([
    { number: 1, text: null },
    { number: 2, text: 'next' },
  ]);
});

test('bytes that are no UTF-8 become the replacement character', async () => {
  expect(await linesOf(new Uint8Array([0x61, 0xff, 0x62, 10]))).toEqual([{ number: 1, text: 'a\uFFFDb' }]);
});
