import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMarkdown } from './markdown.ts';
import { isPlain } from './plain.ts';

const render = createMarkdown('https://hearth.example');
const hostile = new URL('../../../../../../shared/data/hostile/', import.meta.url);
const has = existsSync(hostile);

const TAGS: Record<string, RegExp> = {
  a: /^( href="(?:(?:https?:\/\/|mailto:|\/)[^"<>]*)?")( title="[^"<>]*")?( rel="noopener noreferrer nofollow")( target="_blank")?$/i,
  pre: /^ class="code" tabindex="0" role="group" aria-label="[^"<>]*"$/,
  ol: /^( start="\d+")?$/,
  th: /^( style="text-align:(left|right|center)")?$/,
  td: /^( style="text-align:(left|right|center)")?$/,
};
const BARE = ['p', 'br', 'strong', 'em', 's', 'code', 'ul', 'li', 'blockquote', 'hr', 'table', 'thead', 'tbody', 'tr'];

/** Every tag of the output must be one we know, with the attributes we know: an allow list, read by none of the renderer's own code. */
function checkHarmless(html: string): string | undefined {
  for (const [whole, closing, name = '', attributes = ''] of html.matchAll(/<(\/?)([^\s>/]*)([^>]*)>?/g)) {
    const known = BARE.includes(name) ? /^$/ : TAGS[name];
    const fits = closing ? attributes === '' : known?.test(attributes);
    if (!known || !fits || !whole.endsWith('>')) return whole;
  }
  return undefined;
}

test.skipIf(!has)(
  `nobody runs a script with any of the known attack strings${has ? '' : ' (skipped: ../shared/data/hostile is not here)'}`,
  () => {
    const payloads = readFileSync(new URL('xss-payloads.txt', hostile), 'utf8').split('\n').filter(Boolean);
    const naughty = JSON.parse(readFileSync(new URL('naughty-strings.json', hostile), 'utf8')) as string[];
    const strings = [...payloads, ...naughty];
    expect(strings.length).toBeGreaterThan(3000);
    const dressed = (string: string) => [
      string,
      `[words](${string})`,
      `![words](${string})`,
      `[words](<${string}> "${string}")`,
      `\`\`\`${string}\ncode\n\`\`\``,
      `# ${string}`,
    ];
    const ran = strings.flatMap(dressed).flatMap((text) => {
      const bad = checkHarmless(render(text));
      return bad ? [{ text, bad }] : [];
    });
    expect(ran).toEqual([]);
  },
);

test('the check itself sees what must not be there', () => {
  for (const bad of [
    '<script>',
    '<p onclick="x()">',
    '<a href="javascript:x" rel="noopener noreferrer nofollow">',
    '<img src=x>',
    '<p',
    '<svg/onload=x>',
  ])
    expect(checkHarmless(bad)).toBeDefined();
});

test('people write the usual Markdown', () => {
  expect(render('**bold** *slanted* ~~gone~~ `code`')).toBe(
    '<p><strong>bold</strong> <em>slanted</em> <s>gone</s> <code>code</code></p>\n',
  );
  expect(render('one\ntwo\n\nthree')).toBe('<p>one<br>\ntwo</p>\n<p>three</p>\n');
  expect(render('> said\n\n- a\n- b\n\n3. c')).toBe(
    '<blockquote>\n<p>said</p>\n</blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start="3">\n<li>c</li>\n</ol>\n',
  );
  expect(render('# Loud')).toBe('<p><strong>Loud</strong></p>\n');
  expect(render('```python\nx < 1\n```')).toBe(
    '<pre class="code" tabindex="0" role="group" aria-label="python"><code>x &lt; 1\n</code></pre>\n',
  );
  expect(render('    indented words stay words')).toBe('<p>indented words stay words</p>\n');
});

test('a link elsewhere opens beside the app and tells nothing; one of our own stays in it', () => {
  expect(render('https://marsh.example/x')).toBe(
    '<p><a href="https://marsh.example/x" rel="noopener noreferrer nofollow" target="_blank">https://marsh.example/x</a></p>\n',
  );
  expect(render('[here](https://hearth.example/c/tide/1?at=3)')).toBe(
    '<p><a href="/c/tide/1?at=3" rel="noopener noreferrer nofollow">here</a></p>\n',
  );
  expect(render('[near](https://hearth.example.evil/)')).toContain('href="https://hearth.example.evil/"');
  expect(render('[no](javascript:alert(1)) ![no](https://marsh.example/x.png)')).not.toContain('<img');
  expect(render('[no](javascript:alert(1))')).not.toContain('<a');
});

test('what reads the same without Markdown is told from what does not', () => {
  for (const text of ['Hello there', 'Ok?', 'It is 5 o’clock, I think!', 'one\ntwo', 'Wait... what'])
    expect(isPlain(text)).toBe(true);
  for (const text of [
    '**b**',
    'see marsh.example',
    'https://x.example',
    '- a',
    '1. a',
    'a\n- b',
    '`x`',
    'me@x.example',
    '> said',
    '===',
    'A & B',
  ])
    expect(isPlain(text)).toBe(false);
});
