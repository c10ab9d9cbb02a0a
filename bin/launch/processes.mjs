import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Options of Node, in MB. What commands leave behind lives through one or two commits: with the usual 16 it is still there when room
 * is made, is carried over and outlives its use; that costs a tenth of the server's processor under load.
 */
export const HEAP = ['--max-semi-space-size=32'];
/** How the server is started. */
export const SERVER = [...HEAP, 'sync-server/main.ts'];

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
  const npmIsAlive = watchNpm();
  const watch = setInterval(() => {
    if (npmIsAlive()) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 1000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal ? 1 : 0));
    });
  });
}

/**
 * npm starts us through a shell, and a killed npm tells neither: the shell waits on, adopted by somebody else. So both links are watched.
 * @returns a function that says whether npm still waits for us; always true when it never did
 */
function watchNpm() {
  if (!process.env['npm_lifecycle_event'] || process.platform === 'win32') return () => true;
  const parent = process.ppid;
  const { ppid, name } = ancestor(parent);
  const throughShell = /sh$/.test(name);
  return () => process.ppid === parent && (!throughShell || ancestor(parent).ppid === ppid);
}

/** @param {number} pid @returns {{ ppid: number, name: string }} */
function ancestor(pid) {
  const [, name = '', ppid] = (process.platform === 'linux' ? statOf(pid) : psOf(pid)) ?? [];
  return { ppid: Number(ppid), name };
}

/** Small images have no ps, and Linux has no need of it. @param {number} pid */
function statOf(pid) {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) ? /\((.*)\) \S (\d+)/.exec(readFileSync(file, 'utf8')) : undefined;
}

/** @param {number} pid */
function psOf(pid) {
  return /^\s*(\S+)\s+(\d+)/.exec(
    spawnSync('ps', ['-o', 'comm=,ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '',
  );
}
