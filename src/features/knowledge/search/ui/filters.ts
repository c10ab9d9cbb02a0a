import type { Places } from '#kernel/places.ts';

/** A filter that is still being typed: looked for as a word, it would find nothing meanwhile. */
const UNFINISHED =
  /(^|\s)(?:(?:from|in):[@#"]?|has:(?:l(?:i|in)?)?|(?:before|after):(?:\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{1,2}-))(?=\s|$)/gi;

/** What is asked for, apart from where: `tide in:general` → words `tide`, the id of the channel called general. */
export function filtersIn(words: string, places: Places | null): { text: string; channel: string | undefined } {
  let channel: string | undefined;
  const text = words
    .replace(/(^|\s)in:#?(\S+)/gi, (whole, before: string, name: string) => {
      const found = places?.communities
        .flatMap((one) => one.channels)
        .find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (!found) return whole;
      channel = found.id;
      return before;
    })
    .replace(UNFINISHED, '$1')
    .trim();
  return { text, channel };
}

/** A filter as a hint offers it: what is put into the field, and of that what is chosen there, to be typed over. */
export interface Hint {
  key: 'from' | 'in' | 'before' | 'after' | 'has';
  value: string;
}

/** The filters a search understands. `today` is what a day begins with, as `2026-05-31`. */
export const hints = (today: string): Hint[] => [
  { key: 'from', value: '' },
  { key: 'in', value: '' },
  { key: 'before', value: today },
  { key: 'after', value: today },
  { key: 'has', value: 'link' },
];

/** The words with a filter behind them, and where in them its value stands. */
export function withHint(words: string, { key, value }: Hint): { words: string; from: number; to: number } {
  const before = words.trim() === '' ? '' : `${words.trim()} `;
  const from = before.length + key.length + 1;
  // Nothing is left to be typed after `has:link`, so the next word can follow.
  const whole = `${before}${key}:${value}${key === 'has' ? ' ' : ''}`;
  return { words: whole, from: key === 'has' ? whole.length : from, to: whole.length };
}
