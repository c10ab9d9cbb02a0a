import { describe, expect, test } from 'vitest';
import { emailProblem, nameProblem, passwordProblem } from './rules.ts';

describe('a name', () => {
  test.each(['Ada', 'Ines Carvalho', '山田太郎', 'نور', 'O’Neil-Smith Jr.', '🦉', 'x'.repeat(60)])(
    '%s is one',
    (name) => {
      expect(nameProblem(name)).toBeUndefined();
    },
  );
  test.each([
    ['', 'empty'],
    [' \t ', 'empty'],
    ['x'.repeat(61), 'long'],
    ['a\0b', 'shape'],
    ['a\nb', 'shape'],
    ['\u202Eada', 'shape'],
    ['ada\ud800', 'shape'],
  ] as const)('%j is none', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });
});

describe('an e-mail address', () => {
  test.each(['ada@example.org', 'a.b+c@sub.example.co.uk', ' ada@example.org ', "o'hara@example.org"])(
    '%s is one',
    (email) => {
      expect(emailProblem(email)).toBeUndefined();
    },
  );
  test.each([
    ['', 'empty'],
    ['ada', 'shape'],
    ['ada@', 'shape'],
    ['@example.org', 'shape'],
    ['a b@example.org', 'shape'],
    ['ada@example', 'shape'],
    ['<ada@example.org>', 'shape'],
    ['root@localhost', 'shape'],
    ['tomás@example.org', 'shape'],
    ['a..b@example.org', 'shape'],
    [`${'a'.repeat(250)}@example.org`, 'long'],
  ] as const)('%j is none', (email, problem) => {
    expect(emailProblem(email)).toBe(problem);
  });
});

test('a password is 10 to 128 characters, and its spaces count', () => {
  expect(passwordProblem('')).toBe('empty');
  expect(passwordProblem('x'.repeat(9))).toBe('short');
  expect(passwordProblem(' '.repeat(10))).toBeUndefined();
  expect(passwordProblem('x'.repeat(128))).toBeUndefined();
  expect(passwordProblem('x'.repeat(129))).toBe('long');
});
