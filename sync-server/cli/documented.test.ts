import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pages = ['README.md', ...readdirSync(path.join(root, 'docs')).map((file) => `docs/${file}`)].filter((file) =>
  file.endsWith('.md'),
);

/** Names below "Commands:" in the tool's own help. */
function commandsOf(...parents: string[]): string[] {
  const help = execFileSync(process.execPath, ['sync-server/cli/main.ts', ...parents, '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [, list = ''] = /^Commands:$([^]*)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help');
}

const groups = ['import', 'account'];
const tool = () => [
  ...commandsOf().filter((name) => !groups.includes(name)),
  ...groups.flatMap((group) => commandsOf(group).map((name) => `${group} ${name}`)),
];

test('every command of bin/hearth is explained, and no page tells of one that is not there', () => {
  const commands = tool();
  const text = pages.map(read).join('\n');
  expect(commands.filter((command) => !text.includes(`bin/hearth ${command}`))).toEqual([]);
  const told = [...text.matchAll(/bin\/hearth ((?:import |account )?[a-z]+)/g)].map(([, command]) => command ?? '');
  expect(told.filter((command) => !commands.includes(command) && !groups.includes(command))).toEqual([]);
});

test.each(pages)('%s names only npm scripts, files and folders that are there', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = read(page);
  const told = [...text.matchAll(/\bnpm (?:run )?(start|test\b|(?<=run )[a-z]+)/g)].map(([, name]) => name ?? '');
  expect(told.filter((name) => !(name in scripts))).toEqual([]);
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link ?? '');
  // Pictures are made by `npm run screenshots`, after this test has run.
  const written = linked.filter((link) => !link.includes('screenshots/'));
  const missing = written.filter((link) => !exists(path.join(path.dirname(page), link)));
  expect(missing).toEqual([]);
});

function exists(file: string): boolean {
  const { dir, base } = path.parse(path.join(root, file));
  try {
    return base === '' || readdirSync(dir).includes(base);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
