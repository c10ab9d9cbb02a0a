import { expect, test } from 'vitest';
import { emojiOf } from './emoji-names.ts';

test.for([
  ['+1', '👍'],
  ['👍\uFE0F', '👍'],
  ['❤', '❤\uFE0F'],
  ['heart', '❤\uFE0F'],
  ['clap::skin-tone-3', '👏🏼'],
  ['simple_smile', '🙂'],
  ['100', '💯'],
  ['❤\u200D🔥', '❤\uFE0F\u200D🔥'],
  ['☝🏻', '☝🏻'],
  ['1\u20E3', '1\uFE0F\u20E3'],
  ['🇨🇱', '🇨🇱'],
  ['👩‍🚀', '👩‍🚀'],
] as const)('%s is one emoji in one spelling', ([name, emoji]) => {
  expect(emojiOf(name)).toBe(emoji);
});

test.for(['party-parrot', '', 'xyzzy', '12', '👍 👍'])('"%s" is no emoji', (name) => {
  expect(emojiOf(name)).toBeUndefined();
});
