import { expect, test } from 'vitest';
import { pickRules } from './pick-rules.ts';

const css =
  '@layer tokens,base;@layer base{.lamp{color:red;&:hover{color:blue}}.key{content:"}{;"}}' +
  '@font-face{font-family:Figtree}@media (width>=720px){.key{margin:0}}/* } */.lamp>.wick,.oil{font:var(--type);font-weight:500}';

test('a style without some of its rules keeps the others as they were written', () => {
  expect(pickRules(css, () => true)).toBe(css);
  expect(pickRules(css, (prelude) => prelude === '.lamp' || prelude.endsWith('.oil'))).toBe(
    '@layer tokens,base;@layer base{.lamp{color:red;&:hover{color:blue}}}/* } */.lamp>.wick,.oil{font:var(--type);font-weight:500}',
  );
});

test('a layer has its place among the others also without rules, and what is asked for are selectors and single at-rules', () => {
  const asked: string[] = [];
  const picked = pickRules(
    '@layer base{a{top:0}}@supports (gap:1px){@media print{b{top:0}}}@font-face{src:x}',
    (prelude) => {
      asked.push(prelude);
      return false;
    },
  );
  expect(picked).toBe('@layer base{}');
  expect(asked).toEqual(['a', 'b', '@font-face']);
});
