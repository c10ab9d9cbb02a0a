import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export type Told = { exit: number | null; signal: NodeJS.Signals | null; out: string; err: string };

export type RunningCli = { child: ChildProcess; ended: Promise<Told> };

/** Starts the operator's tool as a process of its own, for the server of a data folder. */
export function startCli(dataDir: string, args: string[], input?: string | Buffer): RunningCli {
  const child = spawn(process.execPath, ['sync-server/cli/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], HEARTH_DATA_DIR: dataDir },
    stdio: 'pipe',
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  // A tool that ends before it has read everything is what some tests are about.
  child.stdin.on('error', (error) => (err += `stdin: ${error.message}\n`));
  child.stdin.end(input);
  const ended = once(child, 'close').then(([exit, signal]) => ({ exit, signal, out, err }) as Told);
  return { child, ended };
}

export const runCli = (dataDir: string, args: string[], input?: string | Buffer): Promise<Told> =>
  startCli(dataDir, args, input).ended;
