import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8');
const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

test('whoever looks for a table finds it in docs/TABLES.md, and none that is gone', () => {
  const tables = new Set<string>();
  for (const file of readdirSync(path.join(root, 'migrations')).toSorted()) {
    const sql = read('migrations', file);
    for (const name of names(sql, /^create table (?:if not exists )?(\w+)/gim)) tables.add(name);
    for (const name of names(sql, /^drop table (?:if exists )?(\w+)/gim)) tables.delete(name);
    for (const [, from = '', to = ''] of sql.matchAll(/^alter table (\w+) rename to (\w+)/gim)) {
      tables.delete(from);
      tables.add(to);
    }
  }
  expect(tables.size).toBeGreaterThan(10);
  expect(names(read('docs', 'TABLES.md'), /^\| `(\w+)` +\|/gm).toSorted()).toEqual([...tables].toSorted());
});
