import { expect, test } from 'vitest';
import { initials, personColour } from './initials.ts';

test('people are shown by the initials of their first and last name', () => {
  expect(initials('Maren Okafor')).toBe('MO');
  expect(initials('Bram de Wit')).toBe('BW');
  expect(initials('ines')).toBe('I');
  expect(initials('Maren Okafor', 1)).toBe('M');
  expect(initials('')).toBe('');
});

test('signs before a name and letters of two code units do not break it', () => {
  expect(initials('@kofi (he)')).toBe('KH');
  expect(initials('𝔸da Lovelace')).toBe('𝔸L');
  expect(initials('ليلى حداد')).toBe('لح');
  expect(initials('🦊')).toBe('🦊');
});

test('ids made in the same second spread over all colours', () => {
  const ids = Array.from({ length: 200 }, (_, n) => `01HQ3V8K2M${n.toString(32).padStart(16, '0')}`);
  expect(new Set(ids.map(personColour))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  expect(personColour('01HQ3V8K2M')).toBe(personColour('01HQ3V8K2M'));
});
