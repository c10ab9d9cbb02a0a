import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { painted } from './frame.ts';

let frames: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  frames = [];
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what waits for the paint goes on behind the frame’s callbacks, in the order it began to wait', async () => {
  const order: string[] = [];
  const first = painted().then(() => order.push('first'));
  const second = painted().then(() => order.push('second'));
  frames.forEach((run) => run());
  order.push('frame');
  await vi.advanceTimersByTimeAsync(0);
  await Promise.all([first, second]);
  expect(order).toEqual(['frame', 'first', 'second']);
});

test('every frame is waited for anew, and a window without frames not for long', async () => {
  const gone = painted();
  frames.forEach((run) => run());
  await vi.advanceTimersByTimeAsync(0);
  await gone;
  frames = [];
  let went = false;
  const covered = painted().then(() => (went = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(went).toBe(false);
  await vi.runAllTimersAsync();
  await covered;
  expect(went).toBe(true);
});
