import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, root } from './processes.mjs';

const sources = [
  'src',
  'static',
  'package.json',
  'package-lock.json',
  'project.inlang/settings.json',
  'paraglide.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
];

/** Builds the app into build/ when anything it is made of has changed since. @param {string} node @param {{ force?: boolean }} [options] */
export function build(node, { force = false } = {}) {
  const target = path.join(root, 'build');
  const stamp = path.join(target, '.made-of');
  const content = fingerprint();
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === content) return;
  console.log('Building the app.');
  const growing = path.join(root, `.cache/build-${process.pid}`);
  mustRun(node, 'node_modules/vite/bin/vite.js', ['build', '--logLevel', 'error'], 'The app could not be built.', {
    NODE_ENV: 'production',
    HEARTH_BUILD_FOLDER: growing,
  });
  writeFileSync(path.join(growing, '.made-of'), content);
  rmSync(target, { recursive: true, force: true });
  renameSync(growing, target);
}

/** Turns the message files into src/paraglide and writes .svelte-kit, which types and tests need. @param {string} node */
export function generate(node) {
  mkdirSync(path.join(root, '.svelte-kit'), { recursive: true });
  mustRun(node, 'node_modules/@sveltejs/kit/svelte-kit.js', ['sync'], 'SvelteKit could not write its types.');
  mustRun(node, 'bin/launch/messages.ts', [], 'The message files could not be compiled.');
}

function fingerprint() {
  const hash = createHash('sha256');
  /** @param {string} name */
  const add = (name) => {
    const file = path.join(root, name);
    if (!existsSync(file) || name === 'src/paraglide' || name.endsWith('.test.ts')) return;
    if (statSync(file).isDirectory())
      readdirSync(file)
        .sort()
        .forEach((child) => add(`${name}/${child}`));
    else hash.update(`${name}\0`).update(readFileSync(file));
  };
  sources.forEach(add);
  return hash.digest('hex');
}
