import { expect, test } from 'vitest';
import type { Places } from '#kernel/places.ts';
import { filtersIn } from './filters.ts';

const places = { communities: [{ channels: [{ id: 'c1', name: 'General' }] }] } as Places;

test('a channel named in a search narrows it, an unknown one stays a word', () => {
  expect(filtersIn('tide in:general', places)).toEqual({ text: 'tide', channel: 'c1' });
  expect(filtersIn('in:#General tide gauge', places)).toEqual({ text: 'tide gauge', channel: 'c1' });
  expect(filtersIn('in:nowhere tide', places)).toEqual({ text: 'in:nowhere tide', channel: undefined });
  expect(filtersIn('begin: x', places)).toEqual({ text: 'begin: x', channel: undefined });
});
