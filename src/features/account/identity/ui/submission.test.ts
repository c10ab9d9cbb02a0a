import { expect, test } from 'vitest';
import { Submission } from './submission.svelte.ts';

const sent = () => new Event('submit', { cancelable: true }) as SubmitEvent;

test('a form with something wrong is not sent, and says so where it is wrong', async () => {
  const form = new Submission();
  let [focused, done] = ['', 0];
  const field = (name: string) => ({ focus: () => (focused = name) }) as unknown as HTMLElement;
  const event = sent();
  const went = await form.send(
    event,
    [
      [undefined, field('name')],
      ['Too short', field('password')],
      ['Missing', field('more')],
    ],
    async () => void done++,
  );
  expect({ went, done, focused, tried: form.tried }).toEqual({
    went: false,
    done: 0,
    focused: 'password',
    tried: true,
  });
  expect(event.defaultPrevented).toBe(true);
});

test('pressed twice it is sent once; what failed is said until the next try', async () => {
  const form = new Submission((error) => `Not now: ${(error as Error).message}`);
  let finish: (error?: Error) => void = () => undefined;
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      done++;
      finish = (error) => (error ? reject(error) : resolve());
    });
  const first = form.send(sent(), [], work);
  expect(form.busy).toBe(true);
  expect(await form.send(sent(), [], work)).toBe(false);
  finish(new Error('away'));
  expect(await first).toBe(false);
  expect({ done, busy: form.busy, failure: form.failure }).toEqual({ done: 1, busy: false, failure: 'Not now: away' });

  const second = form.send(sent(), [], work);
  expect(form.failure).toBeUndefined();
  finish();
  expect(await second).toBe(true);
  expect(form.tried).toBe(false);
});
