import { expect, test } from 'vitest';
import { shortAddress } from './short-address.ts';

test.each([
  ['127.0.0.1', null],
  ['0000:0000:0000:0000:0000:0000:0000:0001', null],
  ['0000:0000:0000:0000:0000:0000:0000:0000', null],
  ['', null],
  ['192.0.2.7', '192.0.2.7'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:0db8:0001:0002:0000:0000:0000:0000/64', '2001:db8:1:2::/64'],
  ['not an address', 'not an address'],
])('%s is shown as %s', (address, shown) => {
  expect(shortAddress(address)).toBe(shown);
});
