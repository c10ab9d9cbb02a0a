import { describe, expect, test } from 'vitest';
import { entryAddress, isAddress, safeNext, suggestAddress } from './address.ts';

test.each([
  ['Sight-singing Circle', 'sight-singing-circle'],
  ['  Café & Crème!  ', 'cafe-creme'],
  ['x'.repeat(60), 'x'.repeat(48)],
  [`${'x'.repeat(47)} y`, 'x'.repeat(47)],
  ['山田', ''],
])('the name %j suggests the address %j', (name, address) => {
  expect(suggestAddress(name)).toBe(address);
  if (address) expect(isAddress(address)).toBe(true);
});

test.each(['', '-a', 'a-', 'A', 'a b', 'a/b', 'x'.repeat(49)])('%j is no address', (text) => {
  expect(isAddress(text)).toBe(false);
});

describe('after signing in', () => {
  test.each([
    ['/c/walks?x=1#y', '/c/walks?x=1#y'],
    ['/', '/'],
    [null, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/\t/evil.example/', '/'],
    ['javascript:alert(1)', '/'],
  ])('%j leads to %j', (next, path) => {
    expect(safeNext(next)).toBe(path);
  });
});

test('an invite and a destination survive the way between the entry pages', () => {
  const address = new URL(entryAddress('/sign-up', '/join/X?y=1', 'X'), 'http://localhost');
  expect(address.pathname).toBe('/sign-up');
  expect(safeNext(address.searchParams.get('next'))).toBe('/join/X?y=1');
  expect(address.searchParams.get('invite')).toBe('X');
  expect(entryAddress('/sign-in', '/')).toBe('/sign-in');
});
