import { describe, expect, test } from 'vitest';
import { addressOf, networkOf } from './address.ts';

describe('who is asking', () => {
  test.each([
    ['without a proxy the header is not read', '203.0.113.9', '10.0.0.1', 0, '203.0.113.9'],
    ['one proxy: the entry it appended', '127.0.0.1', '6.6.6.6, 203.0.113.9', 1, '203.0.113.9'],
    ['two proxies: the second from the end', '127.0.0.1', '6.6.6.6, 203.0.113.9, 192.0.2.1', 2, '203.0.113.9'],
    ['fewer entries than proxies: the first there is', '127.0.0.1', '203.0.113.9', 2, '203.0.113.9'],
    ['a proxy that sends none: its own address', '192.0.2.1', undefined, 1, '192.0.2.1'],
    ['an address in IPv6 clothes is the same address', '::ffff:203.0.113.9', undefined, 0, '203.0.113.9'],
    ['nobody there', undefined, undefined, 0, 'unknown'],
  ])('%s', (_what, remoteAddress, forwardedFor, trustProxy, expected) => {
    expect(addressOf({ remoteAddress, forwardedFor }, trustProxy)).toBe(expected);
  });

  test('an IPv4 address is a network of its own', () => {
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
    expect(networkOf('unknown')).toBe('unknown');
  });

  test('everyone in one IPv6 network counts as one, whichever way it is written', () => {
    expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:0db8:0001:0002:ffff:ffff:ffff:ffff'));
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });
});
