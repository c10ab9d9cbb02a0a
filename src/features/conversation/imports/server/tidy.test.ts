import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStorable } from '#kernel/text.ts';
import { cutText, oneLine, storable } from './tidy.ts';

test('whatever a text holds, it can be stored afterwards, and ordinary texts stay as they are', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isStorable(storable(`${text}\0\uD800${text}`))));
  expect(storable('naïve 🦭')).toBe('naïve 🦭');
});

test('no part of a cut text is too long, blank or broken, and every word is still there', () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '🦭', ' ', '\n') }), { maxLength: 60 });
  fc.assert(
    fc.property(words, fc.integer({ min: 4, max: 30 }), (parts, max) => {
      const text = parts.join(' ');
      const cut = cutText(text, max);
      for (const part of cut) {
        expect(part.length).toBeLessThanOrEqual(max);
        expect(part.trim()).not.toBe('');
        expect(isStorable(part)).toBe(true);
      }
      expect(cut.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    }),
  );
});

test('a long text is cut between paragraphs where it can be', () => {
  expect(cutText(`${'a'.repeat(60)}\n\n${'b'.repeat(60)}`, 100)).toEqual(['a'.repeat(60), 'b'.repeat(60)]);
});

test('a name becomes one line of the length that fits, never half a character', () => {
  expect(oneLine('  Ana\n\tMaria ', 80, 'x')).toBe('Ana Maria');
  expect(oneLine('🦭🦭', 3, 'x')).toBe('🦭');
  expect(oneLine(' \u2028 ', 80, 'Unnamed')).toBe('Unnamed');
});
