import type { Replica, SearchHit } from '#replica/api.ts';
import { filtersIn } from './filters.ts';
import * as m from '#paraglide/messages.js';

interface Question {
  words: string;
  channel?: string;
  limit: number;
}

/** Answers a question as it is typed: a newer one stops the one before, and an answer that comes late is not shown. */
export class Searching {
  hits = $state.raw<SearchHit[]>([]);
  more = $state(false);
  /** The words `hits` answer, none where only a channel is asked about; null before the first answer. */
  asked = $state<string | null>(null);

  /** Create it while a component is made: it follows what `question` reads. */
  constructor(replica: Replica, question: () => Question) {
    $effect(() => {
      const { words, channel, limit } = question();
      const { text, channel: named } = filtersIn(words, replica.places);
      const within = channel ?? named;
      if (text === '' && !within) {
        this.hits = [];
        this.more = false;
        this.asked = null;
        return;
      }
      const stop = new AbortController();
      void replica
        .search(text, { ...(within ? { channel: within } : {}), limit, signal: stop.signal })
        .then((answer) => {
          if (stop.signal.aborted) return;
          this.hits = answer.hits;
          this.more = answer.more;
          this.asked = text;
        })
        .catch((error: unknown) => {
          if (!stop.signal.aborted) throw error;
        });
      return () => stop.abort();
    });
  }

  get done(): boolean {
    return this.asked !== null;
  }

  get said(): string {
    return this.done ? m.search_found({ count: this.hits.length }) : '';
  }
}
