import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const parts = [
  'src',
  'static',
  'project.inlang',
  'package.json',
  'paraglide.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts',
];

/** Builds the app once more under the same version, with source maps beside its files, in a temporary copy. */
export function buildMapped(): { client: string; remove(): void } {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'hearth-bench-build-'));
  const remove = () => rmSync(copy, { recursive: true, force: true });
  for (const part of parts) cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const { version } = JSON.parse(readFileSync(path.join(root, 'build/client/_app/version.json'), 'utf8')) as {
    version: string;
  };
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--sourcemap', 'hidden', '--logLevel', 'error'], {
    cwd: copy,
    env: { ...process.env, HEARTH_BUILD_VERSION: version },
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    remove();
    throw new Error(`the app could not be built: ${built.stderr}${built.stdout}`);
  }
  return { client: path.join(copy, 'build/client'), remove };
}
