import type { TextRow } from '../database/rows.ts';
import type { Query } from './query.ts';

export interface Line {
  no: number;
  at: number;
}

const LINK = /https?:\/\//;

function people(row: TextRow, from: string | null): Set<number> | null {
  if (from === null) return null;
  const found = new Set<number>();
  row.people.forEach(({ id, name }, index) => {
    const lower = name.toLowerCase();
    if (id.toLowerCase() === from || lower.startsWith(from) || lower.replaceAll(' ', '').startsWith(from))
      found.add(index);
  });
  return found;
}

/** Where every line of a text starts: right after each break, without the last one. */
export function lineStarts(text: string): Uint32Array {
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    starts.push(at + 1);
  return Uint32Array.from(starts);
}

/** The line a place in the text stands on. */
function lineAt(starts: Uint32Array, place: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The lines of one segment that match, newest first. The rarest word is not known, the longest is the best guess. */
export function scan(row: TextRow, starts: Uint32Array, query: Query): Line[] {
  const by = people(row, query.from);
  if (by?.size === 0) return [];
  const found: Line[] = [];
  const key = query.words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
  const { text } = row;
  const matches = (line: number, body: string): boolean =>
    (by === null || by.has(row.by[line] ?? -1)) &&
    (query.before === null || (row.at[line] ?? 0) < query.before) &&
    (query.after === null || (row.at[line] ?? 0) >= query.after) &&
    (!query.link || LINK.test(body)) &&
    query.words.every((word) => body.includes(word));
  let place = 0;
  for (let line = 0; line < starts.length; line++) {
    if (key) {
      place = text.indexOf(key, place);
      if (place === -1) break;
      line = lineAt(starts, place);
    }
    const start = starts[line] ?? 0;
    const end = text.indexOf('\n', start);
    if (matches(line, text.slice(start, end))) found.push({ no: row.nos[line] ?? 0, at: row.at[line] ?? 0 });
    place = end;
  }
  return found.reverse();
}

/** Where the words stand in a message as it was written. */
export function marksIn(body: string, words: string[]): [number, number][] {
  const lower = body.toLowerCase();
  // A few letters change their length with their case; a mark in the wrong place is worse than none.
  if (lower.length !== body.length) return [];
  const marks: [number, number][] = [];
  for (const word of words) {
    for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + word.length))
      marks.push([at, at + word.length]);
  }
  return joined(marks.sort((a, b) => a[0] - b[0]));
}

function joined(marks: [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of marks) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
