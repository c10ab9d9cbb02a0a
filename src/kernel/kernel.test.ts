import { describe, expect, test } from 'vitest';
import { documentName, parseDocumentName } from './documents.ts';
import { isUlid, timeOf, ulid, ulidFrom } from './ids.ts';
import { createRegistry } from './registry.ts';
import { isStorable } from './text.ts';

describe('ids', () => {
  test('they rise, also within a millisecond and when the clock steps back', () => {
    const ids = [5, 5, 5, 4, 6].map((step) => ulid(1_790_000_000_000 + step));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every(isUlid)).toBe(true);
  });

  test('they say when they were made', () => {
    const later = Date.now() + 1_000_000;
    expect(timeOf(ulid(later))).toBe(later);
  });

  test('the same source makes the same id', () => {
    const digest = new Uint8Array(32).map((_byte, at) => at * 7);
    expect(ulidFrom(digest, 1_100_000_000_000)).toBe(ulidFrom(digest, 1_100_000_000_000));
    expect(isUlid(ulidFrom(digest, 1_100_000_000_000))).toBe(true);
  });
});

describe('D6: names of documents', () => {
  const kinds = new Map([
    ['channel', { kind: 'channel', chain: true, owner: 'channel' as const }],
    ['me', { kind: 'me', chain: false, owner: 'person' as const }],
  ]);
  const owner = ulid();

  test('what is written is read', () => {
    expect(parseDocumentName(documentName('channel', owner, 12), kinds)).toEqual({ kind: 'channel', owner, n: 12 });
    expect(parseDocumentName(documentName('me', owner, null), kinds)).toEqual({ kind: 'me', owner, n: null });
  });

  test.each([
    `channel/${owner}`,
    `channel/${owner}/01`,
    `channel/${owner}/-1`,
    `channel/${owner}/1.5`,
    `channel/${owner}/1e3`,
    `channel/${owner}/99999999`,
    `channel/${owner}/1/2`,
    `channel/${owner.toLowerCase()}/1`,
    `Channel/${owner}/1`,
    `me/${owner}/0`,
    `secret/${owner}/0`,
    `channel//0`,
    '',
  ])('%s is nobody’s name', (name) => {
    expect(parseDocumentName(name, kinds)).toBeNull();
  });
});

test.each([
  ['plain text', true],
  ['a family 👩‍👩‍👧', true],
  ['NUL \0 inside', false],
  ['half a pair \ud83d', false],
  ['\udc69 the other half', false],
])('%j can be stored: %s', (text, storable) => {
  expect(isStorable(text)).toBe(storable);
});

test('two slices may not define the same thing', () => {
  const document = { kind: 'channel', chain: true, owner: 'channel' as const };
  const twice = [
    { name: 'one', documents: [document] },
    { name: 'two', documents: [document] },
  ];
  expect(() => createRegistry(twice)).toThrow('two defines channel');
});
