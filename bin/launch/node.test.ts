import { expect, test } from 'vitest';
import { isRecent } from './node.mjs';

test.each([
  ['v18.19.0', false],
  ['v20.20.2', false],
  ['v22.17.1', false],
  ['v22.18.0', true],
  ['v23.11.0', false],
  ['v24.0.0', true],
  ['v26.1.0', true],
])('Node %s runs TypeScript as it is: %s', (version, recent) => {
  expect(isRecent(version)).toBe(recent);
});
