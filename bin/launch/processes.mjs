import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The environment of children: the chosen Node is the one that scripts with "#!/usr/bin/env node" find.
 * @param {string} node @param {NodeJS.ProcessEnv} [extra] */
export function environment(node, extra = {}) {
  return { ...process.env, PATH: path.dirname(node) + path.delimiter + (process.env['PATH'] ?? ''), ...extra };
}

/** Runs a program of node_modules to its end, in the terminal. @returns its exit code, 1 when a signal ended it
 * @param {string} node @param {string} script path below the project @param {string[]} args @param {NodeJS.ProcessEnv} [extra] */
export function run(node, script, args, extra) {
  const { status, error } = spawnSync(node, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: environment(node, extra),
  });
  if (error) throw error;
  return status ?? 1;
}

/** The same, but a failure ends us with words.
 * @param {string} node @param {string} script @param {string[]} args @param {string} failure @param {NodeJS.ProcessEnv} [extra] */
export function mustRun(node, script, args, failure, extra) {
  if (run(node, script, args, extra) !== 0) throw new Error(failure);
}

/** Runs npm itself: the one that started us, under the given Node. @param {string} node @param {string[]} args */
export function npm(node, args) {
  const cli = process.env['npm_execpath'];
  const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit', env: environment(node) });
  const { status, error } = cli?.endsWith('.js')
    ? spawnSync(node, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (error) throw new Error(`npm could not be started: ${error.message}`);
  return status ?? 1;
}

/**
 * Runs a server until it ends. Signals are passed on and its drain is awaited; when npm or the terminal that started us is gone, it is asked to
 * end; when we are killed outright, it notices by the closed channel.
 * @param {string} node @param {string[]} args @param {NodeJS.ProcessEnv} extra
 * @returns {Promise<number>} its exit code
 */
export function serve(node, args, extra) {
  const child = spawn(node, args, {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment(node, extra),
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 300);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}
