/** A search as typed, understood. */
export interface Query {
  /** Lower-cased; all must occur. */
  words: string[];
  from: string | null;
  in: string | null;
  /** Milliseconds. */
  before: number | null;
  after: number | null;
  link: boolean;
}

const PART = /(\w+):("[^"]*"|\S+)|"([^"]*)"|(\S+)/g;

function dayStart(text: string): number | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return null;
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])).getTime();
}

const DAY = 86_400_000;

/** Reads `from:`, `in:`, `before:`, `after:` and `has:link`; whatever is none of them is a word to look for. */
export function parseQuery(text: string): Query {
  const query: Query = { words: [], from: null, in: null, before: null, after: null, link: false };
  for (const [whole, key, value = '', phrase, word] of text.matchAll(PART)) {
    const plain = value.replaceAll('"', '').toLowerCase();
    const day = dayStart(plain);
    if (key === 'from' && plain) query.from = plain.replace(/^@/, '');
    else if (key === 'in' && plain) query.in = plain.replace(/^#/, '');
    else if (key === 'before' && day !== null) query.before = day;
    else if (key === 'after' && day !== null) query.after = day + DAY;
    else if (key === 'has' && plain === 'link') query.link = true;
    else query.words.push((phrase ?? word ?? whole).toLowerCase());
  }
  query.words = query.words.filter((one) => one.length > 0);
  return query;
}

export const isEmpty = ({ words, from, in: channel, before, after, link }: Query): boolean =>
  words.length === 0 && from === null && channel === null && before === null && after === null && !link;
