import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { RATES } from './gate/limits.ts';
import { variables } from './settings.ts';

const operations = readFileSync(path.resolve(import.meta.dirname, '../docs/OPERATIONS.md'), 'utf8');

/** The first column of the table of settings. */
const documented = () => {
  const [, settings = ''] = /^## Settings$([^]*?)^## /m.exec(operations) ?? [];
  return [...settings.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
};

test('an operator finds every variable that is read, and none that is not, in docs/OPERATIONS.md', () => {
  expect(documented().toSorted()).toEqual(Object.keys(variables.shape).toSorted());
});

test('an operator finds the defaults as they are', () => {
  const defaults = variables.parse({});
  for (const [name, value] of Object.entries(defaults)) {
    if (name === 'TRUST_PROXY') continue;
    expect(operations).toMatch(new RegExp(`^\\| \`${name}\` +\\| \`${value}\``, 'm'));
  }
});

test('an operator finds the names of all rates', () => {
  const [, sentence = ''] = /^Rates have names: ([^;]+);/m.exec(operations) ?? [];
  expect([...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name).toSorted()).toEqual(Object.keys(RATES).toSorted());
});
