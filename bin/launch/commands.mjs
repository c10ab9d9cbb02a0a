import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build, generate } from './build.mjs';
import { root, run, serve, SERVER } from './processes.mjs';
import { playwright, test } from './tests.mjs';

/** @typedef {{ node: string, args: string[] }} Call */

/** Everything `npm run …` can do: name → what to do; each returns an exit code. @type {Record<string, (call: Call) => number | Promise<number>>} */
export const commands = {
  start({ node }) {
    build(node);
    return serve(node, SERVER, { NODE_ENV: 'production' });
  },

  dev({ node }) {
    generate(node);
    return serve(node, SERVER, { NODE_ENV: 'development' });
  },

  build({ node }) {
    build(node, { force: true });
    return 0;
  },

  /** The operator's tool. Signals are passed on, and its last words awaited: an import that is stopped still says what it took. */
  hearth: ({ node, args }) => serve(node, ['sync-server/cli/main.ts', ...args], { HEARTH_CWD: process.cwd() }),

  test,

  /** Types of the app, of the server with tools and tests, and of the service worker, which lives in another world. */
  check({ node }) {
    generate(node);
    const svelteCheck = run(node, 'node_modules/svelte-check/bin/svelte-check', [
      '--tsconfig',
      './tsconfig.json',
      '--fail-on-warnings',
    ]);
    const tsc = (/** @type {string} */ project) => run(node, 'node_modules/typescript/bin/tsc', ['--project', project]);
    const server = tsc('tsconfig.server.json');
    const worker = existsSync(path.join(root, 'src/service-worker')) ? tsc('tsconfig.worker.json') : 0;
    return svelteCheck || server || worker;
  },

  /** Style and the rules of src, then the dependency rule. `lint fix` mends what can be mended. */
  lint({ node, args }) {
    const fix = args.includes('fix');
    const eslint = run(node, 'node_modules/eslint/bin/eslint.js', ['.', '--max-warnings=0', ...(fix ? ['--fix'] : [])]);
    const prettier = run(node, 'node_modules/prettier/bin/prettier.cjs', [
      '.',
      fix ? '--write' : '--check',
      '--log-level=warn',
    ]);
    return eslint || prettier || architecture(node);
  },

  architecture: ({ node }) => architecture(node),

  /** `npm run bench -- NAME`: one question each, measured beside a named peer. */
  bench({ node, args: [name = '', ...rest] }) {
    const names = readdirSync(path.join(root, 'bench')).flatMap((file) =>
      file.endsWith('.ts') ? [file.slice(0, -3)] : [],
    );
    if (!names.includes(name))
      throw new Error(
        `Which benchmark? One of: ${names.join(', ')}. For example: npm run bench -- ${names[0] ?? 'NAME'}`,
      );
    build(node);
    return run(node, `bench/${name}.ts`, rest, { NODE_ENV: 'production' });
  },

  /** Walks through the app in every width and colour scheme, and keeps the pictures in docs/screenshots. */
  screenshots({ node, args }) {
    build(node);
    if (!hasEmoji())
      console.log(
        'No font here draws emoji in colour, so they will be boxes in the pictures. On Debian: apt-get install fonts-noto-color-emoji',
      );
    const folder = path.join(root, 'docs', 'screenshots');
    return playwright(node, ['--grep', '@screenshots', ...args], { HEARTH_SCREENSHOTS: folder }).failed ? 1 : 0;
  },
};

/** Only Linux comes without; its fonts are asked for one that has an emoji. */
function hasEmoji() {
  if (process.platform !== 'linux') return true;
  const { status, stdout } = spawnSync('fc-list', [':charset=1f525:color=true', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
}

/** @param {string} node */
function architecture(node) {
  // Its resolver reads the configuration that Kit writes.
  generate(node);
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', 'src', 'sync-server', 'bin'];
  return run(node, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', args);
}
