import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import { parseFrame } from './frames.ts';
import { framed } from './socket.ts';

function frame(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const part of parts) {
    if (typeof part === 'string') encoding.writeVarString(encoder, part);
    else if (typeof part === 'number') encoding.writeVarUint(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  }
  return encoding.toUint8Array(encoder);
}

describe('D5: frames a device may send', () => {
  const document = 'channel/01M7W6R8TJXWB7E83WTJG2782E/0';

  test('it may open a document, ask for its state, and close it', () => {
    expect(parseFrame(frame(document, 2, 0, 'token', '4.7.0'))).toEqual({ do: 'open', document });
    expect(parseFrame(frame(document, 0, 0, new Uint8Array([0])))).toEqual({
      do: 'state',
      document,
      vector: new Uint8Array([0]),
    });
    expect(parseFrame(frame(document, 7))).toEqual({ do: 'close', document });
  });

  test.each([
    ['an update', 0, 2],
    ['an answer', 0, 1],
    ['an answer in reply', 4, 1],
  ])('%s is an attempt to write, whatever it holds', (_what, type, step) => {
    expect(parseFrame(frame(document, type, step, new Uint8Array(10)))).toEqual({
      do: 'write',
      document,
      empty: false,
    });
    expect(parseFrame(frame(document, type, step, new Uint8Array([0, 0])))).toMatchObject({ empty: true });
  });

  test.each([1, 3, 5, 6, 9, 10, 99])('frames of type %i say nothing about a document', (type) => {
    expect(parseFrame(frame(document, type, new Uint8Array(3)))).toEqual({ do: 'nothing', document });
  });

  test('what is cut short, or too long to be true, is malformed', () => {
    expect(() => parseFrame(new Uint8Array([200]))).toThrow();
    expect(() => parseFrame(frame(document, 0, 0).slice(0, -1))).toThrow();
    expect(() => parseFrame(frame(document, 0, 0, new Uint8Array(20_000)))).toThrow(RangeError);
  });
});

test.each([0, 1, 125, 126, 65_535, 65_536])('a message of %i bytes is framed as the standard says', (length) => {
  const message = new Uint8Array(length).fill(7);
  const bytes = framed(message);
  expect(bytes[0]).toBe(0x82);
  const told =
    (bytes[1] ?? 0) < 126 ? bytes[1] : bytes[1] === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  expect(told).toBe(length);
  expect(bytes.subarray(bytes.length - length).every((byte) => byte === 7)).toBe(true);
});
