import { expect, test } from 'vitest';
import { sizeWords } from './sizes.ts';

test('people read sizes in the unit that says most with the fewest figures', () => {
  expect(sizeWords(0, 'en')).toBe('0 byte');
  expect(sizeWords(900_000, 'en')).toBe('900 kB');
  expect(sizeWords(38_400_000, 'en')).toBe('38 MB');
  expect(sizeWords(1_240_000, 'en')).toBe('1.2 MB');
  expect(sizeWords(2_100_000_000, 'en')).toBe('2.1 GB');
});
