import type { TextRow } from '../database/rows.ts';
import type { SegmentContent } from '../view/build-chunks.ts';

/** One line per record: what separates lines must not stand inside one. */
const asLine = (body: string): string => body.toLowerCase().replace(/[\n\r]+/g, ' ');

/** The searchable text of a segment: records that carry a `body`. */
export function buildText(chain: string, n: number, content: SegmentContent): TextRow {
  const told = content.records.filter((record) => typeof record['body'] === 'string');
  const index = new Map<string, number>();
  const people: TextRow['people'] = [];
  const by = told.map((record) => {
    const id = String(record['by'] ?? '');
    const known = index.get(id);
    if (known !== undefined) return known;
    index.set(id, people.length);
    people.push({ id, name: content.people[id]?.name ?? '' });
    return people.length - 1;
  });
  return {
    chain,
    n,
    text: '\n' + told.map((record) => asLine(String(record['body']))).join('\n') + '\n',
    nos: Uint32Array.from(told, (record) => record.no),
    at: Float64Array.from(told, (record) => Number(record['at'] ?? 0)),
    by: Uint16Array.from(by),
    people,
  };
}
