export interface Piece {
  text: string;
  mark: boolean;
}

/** How much of a long text stands before the first hit, in characters. */
const BEFORE = 40;

/** A message's words around what was found, cut into pieces that are marked or not. `marks` are [start, end] pairs, in order. */
export function excerpt(body: string, marks: readonly [number, number][], most = 220): Piece[] {
  const first = marks[0]?.[0] ?? 0;
  const space = body.lastIndexOf(' ', Math.max(0, first - BEFORE));
  const start = first > BEFORE ? space + 1 : 0;
  const end = Math.min(body.length, start + most);
  const pieces: Piece[] = start > 0 ? [{ text: '…', mark: false }] : [];
  let at = start;
  for (const [from, to] of marks) {
    if (from < at || from >= end) continue;
    if (from > at) pieces.push({ text: body.slice(at, from), mark: false });
    pieces.push({ text: body.slice(from, Math.min(to, end)), mark: true });
    at = Math.min(to, end);
  }
  if (at < end) pieces.push({ text: body.slice(at, end), mark: false });
  if (end < body.length) pieces.push({ text: '…', mark: false });
  return pieces;
}

/** Marks in a text what was marked in the one it was made from; overlapping marks come longest first. */
export function markAgain(text: string, from: string, marks: readonly [number, number][]): [number, number][] {
  const found: [number, number][] = [];
  for (const words of new Set(marks.map(([start, end]) => from.slice(start, end)))) {
    if (words === '') continue;
    for (let at = text.indexOf(words); at !== -1; at = text.indexOf(words, at + words.length))
      found.push([at, at + words.length]);
  }
  return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
}
