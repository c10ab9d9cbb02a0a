import { expect, test } from 'vitest';
import { share } from './share.ts';

const told = () => ({
  version: 1,
  communities: [
    {
      id: 'a',
      channels: [
        { id: 'general', next: 4 },
        { id: 'quiet', next: 1 },
      ],
    },
    { id: 'b', channels: [{ id: 'welcome', next: 9 }] },
  ],
});

test('what is told again as it was is the same object', () => {
  const before = told();
  expect(share(before, told())).toBe(before);
});

test('only what a change lies in is another object', () => {
  const before = told();
  const after = told();
  after.communities[0]!.channels[0]!.next = 5;
  const shared = share(before, after);
  expect(shared).toEqual(after);
  expect(shared.communities[0]).not.toBe(before.communities[0]);
  expect(shared.communities[0]!.channels[0]).not.toBe(before.communities[0]!.channels[0]);
  expect(shared.communities[0]!.channels[1]).toBe(before.communities[0]!.channels[1]);
  expect(shared.communities[1]).toBe(before.communities[1]);
});

test('what left, came, moved or became something else is as it is told', () => {
  const before = { list: [1, 2, 3], gone: true, thing: { a: 1 } as unknown, empty: [] as unknown };
  for (const after of [
    { list: [1, 2], thing: null, empty: {} },
    { list: [3, 2, 1], gone: undefined, thing: [1], empty: [undefined] },
    { list: [], gone: true, thing: { a: 1, b: undefined }, empty: [] },
  ])
    expect(share<unknown>(before, after)).toStrictEqual(after);
});
