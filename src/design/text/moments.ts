/** A moment in milliseconds since 1970. */
export type Moment = number;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The app's language as this reader's region writes it: somebody in Dublin reads English with 24 hours and the day first.
 * `preferred` are the browser's languages in order.
 */
export function regional(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}

/** Building a format costs far more than using it, and a conversation shows hundreds of times. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

/** The time of day as the reader's region writes it: `09:41`, `9:41 AM`. */
export const clockTime = (at: Moment, locale: string) => clock(locale).format(at);

/** The same without AM or PM, for where there is room for figures only. */
export const clockFigures = (at: Moment, locale: string) =>
  clock(locale)
    .formatToParts(at)
    .filter(({ type }) => type !== 'dayPeriod')
    .map(({ value }) => value)
    .join('')
    .trim();

/** 09:41 where the day has 24 hours, 9:41 AM where it has twice twelve: the bare `numeric` would write 9:41 in both. */
function clock(locale: string): Intl.DateTimeFormat {
  const known = clocks.get(locale);
  if (known) return known;
  const twelve = format(locale, { hour: 'numeric' }).resolvedOptions().hour12;
  const made = format(locale, { hour: twelve ? 'numeric' : '2-digit', minute: '2-digit' });
  clocks.set(locale, made);
  return made;
}
/** Asking a format what it resolved to costs more than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Day and time in full, for titles and screen readers: `Thursday, 12 March 2026 at 09:41`. */
export const fullTime = (at: Moment, locale: string) =>
  format(locale, { dateStyle: 'full', timeStyle: 'short' }).format(at);

/** The day in words, with its year only when it is not this one: `Thursday, 12 March`. */
export function dayName(at: Moment, locale: string, from: Moment): string {
  const year = new Date(at).getFullYear() === new Date(from).getFullYear() ? undefined : ('numeric' as const);
  return format(locale, { weekday: 'long', day: 'numeric', month: 'long', year }).format(at);
}

/** Whole local days between two moments: 0 on the same day, 1 when `at` was yesterday. */
export function daysAgo(at: Moment, from: Moment): number {
  const midnight = (moment: Moment) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.round((midnight(from) - midnight(at)) / day);
}

/** `now`, `5 minutes ago`, `in 2 hours`, `yesterday`; past a week the day itself. */
export function relativeTime(at: Moment, locale: string, from: Moment): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const ahead = at - from;
  const far = Math.abs(ahead);
  if (far < minute) return words.format(0, 'second');
  if (far < hour) return words.format(Math.trunc(ahead / minute), 'minute');
  const days = -daysAgo(at, from);
  if (days === 0) return words.format(Math.trunc(ahead / hour), 'hour');
  if (Math.abs(days) <= 7) return words.format(days, 'day');
  const year = new Date(at).getFullYear() === new Date(from).getFullYear() ? undefined : ('numeric' as const);
  return format(locale, { day: 'numeric', month: 'long', year }).format(at);
}

/** The local day a moment is in, as a date for `<time datetime>`: `2026-03-12`. */
export function isoDay(at: Moment): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
