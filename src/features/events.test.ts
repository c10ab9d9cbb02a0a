import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const features = import.meta.dirname;
const documented = readFileSync(path.join(features, '../../docs/EVENTS.md'), 'utf8');

const rowsOf = (heading: RegExp) => [
  ...(documented.split(heading)[1] ?? '').split('\n##')[0]!.matchAll(/^\| `(\w+)` +\|/gm),
];

function definedIn(pattern: RegExp): string[] {
  return readdirSync(features, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(path.join(features, file), 'utf8').matchAll(pattern)])
    .map((match) => match[1] ?? '')
    .toSorted();
}

test('whoever looks for an event finds it in docs/EVENTS.md, and nothing that is no longer recorded', () => {
  const defined = definedIn(/defineEvent<[^(]*>\(\s*'(\w+)'/g);
  expect(defined.length).toBeGreaterThan(10);
  expect(
    rowsOf(/^\| event +\|.*$/m)
      .map((row) => row[1])
      .toSorted(),
  ).toEqual(defined);
});

test('whoever looks for a subscriber finds it there as well', () => {
  const names = definedIn(/defineSubscriber\(\{\s*name: (?:'(\w+)'|[A-Z_]+)/g).length;
  expect(rowsOf(/^\| subscriber +\|.*$/m)).toHaveLength(names);
});
