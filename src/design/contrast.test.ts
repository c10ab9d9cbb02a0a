import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, readTokens } from './contrast.ts';

const tokens = readTokens(readFileSync(new URL('tokens.css', import.meta.url), 'utf8'));

const surfaces = ['ground', 'side', 'paper', 'raised'];
const filled = surfaces.flatMap((surface) => [`${surface}+fill`, `${surface}+fill-2`]);
const tones = ['ember-text', 'success', 'warning', 'danger', 'info'];
const washOf = (tone: string) => `${tone.replace('-text', '')}-wash`;
const pairs = (fronts: string[], backs: string[]) =>
  fronts.flatMap((front) => backs.map((back) => [front, back] as const));

const texts = [
  ...pairs(['text', 'text-2'], [...surfaces, ...filled, ...tones.map(washOf), 'ember-wash+fill', 'warning-wash+fill']),
  ...pairs(tones, [...surfaces, 'side+fill', 'paper+fill', 'raised+fill']),
  ...tones.map((tone) => [tone, washOf(tone)] as const),
  ...pairs(['on-ember'], ['ember-fill', 'ember-fill-2']),
  ['on-danger', 'danger-fill'] as const,
  ['paper', 'text'] as const,
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => ['on-person', `person-${n}`] as const),
];

const marks = [
  ...pairs(['ember', 'ember-fill', 'danger-fill', 'success-mark', 'warning-mark', 'line-2'], surfaces),
  ['ember', 'ember-wash'] as const,
  ['warning-mark', 'warning-wash'] as const,
];

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(texts)('%s can be read on %s', (front, back) => {
    expect(contrast(tokens, front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(marks)('%s can be seen on %s', (front, back) => {
    expect(contrast(tokens, front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});

test('black on white is 21 and white on white 1, so that the rest can be believed', () => {
  const known = readTokens(
    '--black: light-dark(oklch(0 0 0), oklch(0 0 0)); --white: light-dark(oklch(1 0 0), oklch(1 0 0));',
  );
  expect(contrast(known, 'black', 'white', 'light')).toBeCloseTo(21, 5);
  expect(contrast(known, 'white', 'white', 'dark')).toBeCloseTo(1, 5);
});
