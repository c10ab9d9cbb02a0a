import { expect, test } from 'vitest';
import { isUlid } from '#kernel/ids.ts';
import { deviceOf, isDeviceSeed, newDeviceSeed } from './device.ts';

test('a device is the same for one account on one browser, and another for anything else', () => {
  const [here, there] = [newDeviceSeed(), newDeviceSeed()];
  expect(isDeviceSeed(here)).toBe(true);
  const device = deviceOf(here, 'ada', 'secret');
  expect(isUlid(device)).toBe(true);
  expect(deviceOf(here, 'ada', 'secret')).toBe(device);
  const others = [deviceOf(there, 'ada', 'secret'), deviceOf(here, 'eve', 'secret'), deviceOf(here, 'ada', 'another')];
  expect(new Set([device, ...others]).size).toBe(4);
});

test.each([undefined, '', 'short', 'x'.repeat(33), `${'x'.repeat(31)};`])('%s is no device seed', (value) => {
  expect(isDeviceSeed(value)).toBe(false);
});
