import { expect, test } from 'vitest';
import { buildRow } from '#tests/support/outbox-row.ts';
import { OutboxRows } from './outbox-rows.ts';

const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

test('O1: what is on its way to the disk is shown behind what is there, and counts only once it has arrived', () => {
  const rows = new OutboxRows();
  const [first, second] = [buildRow({ order: 1 }), buildRow({ order: 2 })];
  rows.reading()([first]);
  rows.add(second);
  expect(ids(rows.shown)).toEqual([first.id, second.id]);
  expect(ids(rows.kept)).toEqual([first.id]);
  rows.arrived(second.id);
  rows.reading()([first, second]);
  expect(ids(rows.kept)).toEqual([first.id, second.id]);
  expect(ids(rows.shown)).toEqual([first.id, second.id]);
});

test('a reading that began before a row arrived does not take it off the screen; one that began after does', () => {
  const rows = new OutboxRows();
  const row = buildRow();
  rows.add(row);
  const early = rows.reading();
  rows.arrived(row.id);
  early([]);
  expect(ids(rows.shown)).toEqual([row.id]);
  rows.reading()([]);
  expect(rows.shown).toEqual([]);
});

test('rows that look as before stay the same objects, and a row that only went on keeps its command', () => {
  const rows = new OutboxRows();
  const row = buildRow();
  rows.reading()([row]);
  const kept = rows.kept;
  rows.reading()([structuredClone(row)]);
  expect(rows.kept).toBe(kept);
  rows.reading()([{ ...structuredClone(row), state: 'sent', left: true }]);
  expect(rows.kept[0]).not.toBe(row);
  expect(rows.kept[0]?.envelope).toBe(row.envelope);
});
