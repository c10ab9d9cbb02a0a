import { describe, expect, test } from 'vitest';
import { Limits } from './limits.ts';

const rates = {
  messages: [
    [3, 60],
    [5, 3600],
  ],
} as const;
const noon = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;

function chargeAll(limits: Limits, times: readonly number[], now: number): (number | null)[] {
  return times.map((time) => limits.charge('Ines', 'messages', time, now));
}

describe('C10: rates', () => {
  test('somebody who writes too fast is told when to come back', () => {
    const limits = new Limits(rates);
    expect(chargeAll(limits, [noon, noon, noon], noon)).toEqual([null, null, null]);
    expect(limits.charge('Ines', 'messages', noon + 1000, noon + 1000)).toBe(noon + minute);
    expect(limits.charge('Ines', 'messages', noon + minute, noon + minute)).toBe(null);
  });

  test('the longest wait of all windows is the one that counts', () => {
    const limits = new Limits(rates);
    for (const at of [0, 2, 4, 6, 8])
      expect(limits.charge('Ines', 'messages', noon + at * minute, noon + at * minute)).toBe(null);
    expect(limits.charge('Ines', 'messages', noon + 10 * minute, noon + 10 * minute)).toBe(noon + 60 * minute);
  });

  test('a backlog is judged by the pace it was written in', () => {
    const limits = new Limits(rates);
    const hours = [1, 2, 3, 4, 5, 6, 7].map((hour) => noon - hour * 60 * minute);
    expect(chargeAll(limits, hours.toReversed(), noon)).toEqual(hours.map(() => null));
    expect(limits.charge('Ines', 'messages', noon, noon)).toBe(null);
  });

  test('what was too fast even then drains at the ordinary pace, and is never refused for good', () => {
    const limits = new Limits(rates);
    const then = noon - 600 * minute;
    const answers = chargeAll(limits, Array<number>(7).fill(then), noon);
    expect(answers.slice(0, 6)).toEqual([null, null, null, null, null, null]);
    expect(answers[6]).toBe(noon + minute);
  });

  test('one person spends nothing of another, and a rate nobody set is free', () => {
    const limits = new Limits(rates);
    chargeAll(limits, [noon, noon, noon], noon);
    expect(limits.charge('Tomás', 'messages', noon, noon)).toBe(null);
    expect(limits.charge('Ines', 'reactions', noon, noon)).toBe(null);
  });
});
