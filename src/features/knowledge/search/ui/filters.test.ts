import { expect, test } from 'vitest';
import type { Places } from '#kernel/places.ts';
import { filtersIn, hints, withHint } from './filters.ts';

const places = { communities: [{ channels: [{ id: 'c1', name: 'General' }] }] } as Places;

test('a channel named in a search narrows it, an unknown one stays a word', () => {
  expect(filtersIn('tide in:general', places)).toEqual({ text: 'tide', channel: 'c1' });
  expect(filtersIn('in:#General tide gauge', places)).toEqual({ text: 'tide gauge', channel: 'c1' });
  expect(filtersIn('in:nowhere tide', places)).toEqual({ text: 'in:nowhere tide', channel: undefined });
  expect(filtersIn('begin: x', places)).toEqual({ text: 'begin: x', channel: undefined });
});

test('a filter that is still being typed is not looked for as a word', () => {
  for (const half of ['from:', 'from:@', 'in:', 'in:#', 'has:', 'has:li', 'before:', 'before:2026-', 'after:2026-05-'])
    expect(filtersIn(`tide ${half}`, places).text).toBe('tide');
  for (const whole of ['from:ada', 'has:link', 'before:2026-05-01', 'after:2026-5-1', 'before:noon'])
    expect(filtersIn(`tide ${whole}`, places).text).toBe(`tide ${whole}`);
});

test('a hint puts its filter behind the words and chooses what is to be typed over', () => {
  const [from, , before, , has] = hints('2026-05-31');
  expect(withHint('', from!)).toEqual({ words: 'from:', from: 5, to: 5 });
  expect(withHint('tide ', before!)).toEqual({ words: 'tide before:2026-05-31', from: 12, to: 22 });
  expect(withHint('tide', has!)).toEqual({ words: 'tide has:link ', from: 14, to: 14 });
});
