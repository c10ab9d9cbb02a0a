import { expect, test } from 'vitest';
import { REFUSALS } from '#kernel/refusals.ts';
import { refusalHint, refusalTitle, refusalWords } from './refusal-words.ts';

test('every refusal has words a person can act on, and none shows its code', () => {
  for (const code of REFUSALS) {
    const words = refusalWords({ code });
    expect(words, code).toMatch(/^[A-Z].*\.$/);
    expect(words).not.toContain('_');
    expect(refusalHint({ code })).not.toBe('');
  }
  expect(new Set(REFUSALS.map((code) => refusalWords({ code }))).size).toBe(REFUSALS.length);
});

test('what was withheld by screening says what to take out', () => {
  expect(refusalWords({ code: 'screened', detail: 'phone' })).toContain('phone number');
  expect(refusalWords({ code: 'screened', detail: 'a rule of tomorrow' })).not.toContain('undefined');
});

test('the title names what did not happen', () => {
  expect(refusalTitle('message.post')).not.toBe(refusalTitle('message.edit'));
  expect(refusalTitle('channel.create')).not.toBe('');
});
