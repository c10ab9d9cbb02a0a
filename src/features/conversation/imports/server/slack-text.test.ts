import { expect, test } from 'vitest';
import { slackToMarkdown } from './slack-text.ts';

const names = { people: new Map([['U1', 'Ana']]), channels: new Map([['C1', 'tools']]) };

test.for([
  ['<@U1> and <@U2|bo> and <@U3>', '@Ana and @bo and @U3'],
  ['see <#C1> or <#C2|maps>', 'see #tools or #maps'],
  ['<!here> <!subteam^S1|@mentors>', '@here @mentors'],
  ['<https://a.example/x?a=1&amp;b=2>', 'https://a.example/x?a=1&b=2'],
  ['<https://a.example/x_(y)|the [page]>', '[the \\[page\\]](https://a.example/x_%28y%29)'],
  ['<http://a.example|a.example>', 'http://a.example'],
  ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
  ['<javascript:alert(1)|click>', 'click (javascript:alert(1))'],
  ['*bold* and ~gone~ and 2 * 3 * 4', '**bold** and ~~gone~~ and 2 * 3 * 4'],
  ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
  ['well done :tada: :clap::skin-tone-3: :neerajt:', 'well done 🎉 👏🏼 :neerajt:'],
  ['`*a* :tada: &lt;b&gt;`', '`*a* :tada: <b>`'],
  ['```one\ntwo <https://a.example>```', '```\none\ntwo https://a.example\n```'],
  ['10:30:45 and a:b:c', '10:30:45 and a:b:c'],
] as const)('%s', ([slack, markdown]) => {
  expect(slackToMarkdown(slack, names)).toBe(markdown);
});
