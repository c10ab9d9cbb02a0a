import type { SearchAnswer } from '../api.ts';

export interface SearchOptions {
  community?: string;
  channel?: string;
  limit?: number;
}

/** From a page to its worker. */
export type ToWorker =
  | { t: 'start'; account: string }
  | { t: 'visible'; visible: boolean }
  | { t: 'search'; id: number; query: string; options: SearchOptions }
  | { t: 'stop' };

/** From a worker to its page. */
export type FromWorker = { t: 'found'; id: number; answer: SearchAnswer } | { t: 'failed'; id: number; reason: string };
