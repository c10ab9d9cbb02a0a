import { expect, test } from 'vitest';
import { clockFigures, clockTime, dayName, daysAgo, isoDay, regional, relativeTime } from './moments.ts';

const at = (text: string) => new Date(text).getTime();
const noon = at('2026-03-12T12:00:00');

test('somebody reads how long ago in words, and past a week the day itself', () => {
  expect(relativeTime(noon - 20_000, 'en', noon)).toBe('now');
  expect(relativeTime(noon - 5 * 60_000, 'en', noon)).toBe('5 minutes ago');
  expect(relativeTime(at('2026-03-12T09:30:00'), 'en', noon)).toBe('2 hours ago');
  expect(relativeTime(at('2026-03-11T23:59:00'), 'en', noon)).toBe('yesterday');
  expect(relativeTime(at('2026-03-12T14:30:00'), 'en', noon)).toBe('in 2 hours');
  expect(relativeTime(at('2026-02-01T12:00:00'), 'en-GB', noon)).toBe('1 February');
  expect(relativeTime(at('2024-02-01T12:00:00'), 'en-GB', noon)).toBe('1 February 2024');
});

test('two minutes around midnight are two days to a reader', () => {
  expect(daysAgo(at('2026-03-11T23:59:00'), at('2026-03-12T00:01:00'))).toBe(1);
  expect(daysAgo(at('2026-03-12T00:01:00'), at('2026-03-12T23:59:00'))).toBe(0);
});

test('a day line names its year only when it is another one', () => {
  expect(dayName(noon, 'en-GB', noon)).toBe('Thursday 12 March');
  expect(dayName(at('2025-03-12T12:00:00'), 'en-GB', noon)).toBe('Wednesday, 12 March 2025');
  expect(isoDay(at('2026-03-02T00:00:00'))).toBe('2026-03-02');
});

test('times follow the reader’s region, not only the app’s language', () => {
  expect(clockTime(at('2026-03-12T09:05:00'), regional('en', ['pt-PT', 'en-GB', 'en']))).toBe('09:05');
  expect(clockTime(at('2026-03-12T21:05:00'), regional('en', ['en-US'])).replace(/\s/, ' ')).toBe('9:05 PM');
  expect(clockFigures(at('2026-03-12T21:05:00'), 'en-US')).toBe('9:05');
  expect(regional('ar', ['en-GB'])).toBe('ar');
});
