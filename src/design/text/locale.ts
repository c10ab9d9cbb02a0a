import { getLocale } from '#paraglide/runtime.js';
import { regional } from './moments.ts';

/** What dates, times and numbers are written in on this page: the app's language in the reader's region. */
export const readerLocale = (): string =>
  regional(getLocale(), typeof navigator === 'undefined' ? [] : navigator.languages);
