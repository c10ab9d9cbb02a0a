import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Where something changed since the last build, the first start builds.
vi.setConfig({ testTimeout: 180_000 });

const root = path.resolve(import.meta.dirname, '../..');

let dataDir: string;
let started: ChildProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
});

afterEach(async () => {
  // Its group: npm, its shell, the launcher and the server, as a terminal that is closed ends them.
  if (started?.pid && isRunning(-started.pid)) process.kill(-started.pid, 'SIGKILL');
  await nothingIsLeft();
  rmSync(dataDir, { recursive: true });
});

/** `npm start`, as a person types it, in a process group of its own. */
async function npmStart(): Promise<{ npm: ChildProcess; url: string }> {
  const npm = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', HEARTH_DATA_DIR: dataDir, NODE_ENV: '', DATABASE_URL: '' },
  });
  started = npm;
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const look = (data: Buffer) => {
      output += data.toString();
      const address = /Hearth is ready at (\S+)\n/.exec(output)?.[1];
      if (address) resolve(address);
    };
    npm.stdout.on('data', look);
    npm.stderr.on('data', look);
    npm.once('exit', () => reject(new Error(output)));
  });
  return { npm, url };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until neither the group nor PostgreSQL, which has a group of its own, is there any more. */
async function nothingIsLeft(): Promise<void> {
  const note = path.join(dataDir, 'postgres', 'postmaster.pid');
  await vi.waitFor(
    () => {
      expect(isRunning(-(started?.pid ?? 0))).toBe(false);
      expect(existsSync(note) && isRunning(Number(readFileSync(note, 'utf8').split('\n')[0]))).toBe(false);
    },
    { timeout: 30_000, interval: 100 },
  );
}

test('Ctrl-C in the terminal, which reaches everyone at once, drains and leaves nothing running', async () => {
  const { npm, url } = await npmStart();
  expect((await fetch(url)).status).toBe(200);
  process.kill(-(npm.pid ?? 0), 'SIGINT');
  await once(npm, 'exit');
  await nothingIsLeft();
});

test('npm that is asked to end takes the server along', async () => {
  const { npm } = await npmStart();
  npm.kill('SIGTERM');
  await nothingIsLeft();
});

test.runIf(process.platform === 'linux')('npm that is killed outright takes the server along', async () => {
  const { npm } = await npmStart();
  npm.kill('SIGKILL');
  await nothingIsLeft();
});

test('a person who mistypes a command is told which there are', async () => {
  const child = spawn(process.execPath, ['bin/run.mjs', 'strat'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(output).toContain('Unknown command "strat". Try one of: start, dev');
});
