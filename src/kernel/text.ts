import * as z from 'zod';
import { isUlid } from './ids.ts';

const UNPAIRED = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * PostgreSQL stores neither NUL nor half a surrogate pair: one such text would fail every commit it travels in, so it is
 * refused where it enters.
 */
export function isStorable(value: string): boolean {
  return !value.includes('\0') && !UNPAIRED.test(value);
}

/** Text a person wrote, `min` to `max` UTF-16 units, that every store can hold. */
export const text = (min: number, max: number) => z.string().min(min).max(max).refine(isStorable, 'unstorable');

/** One line of text: a name or a title. Surrounding white space is the sender's to remove. */
export const line = (min: number, max: number) =>
  text(min, max).refine(
    (value) => value.trim() === value && !/[\n\r\u2028\u2029]/.test(value),
    'one line, no outer space',
  );

export const id = () => z.string().refine(isUlid, 'not an id');
