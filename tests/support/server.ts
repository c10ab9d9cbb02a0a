import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SERVER } from '../../bin/launch/processes.mjs';

const root = path.resolve(import.meta.dirname, '../..');

export type Hearth = {
  /** For example http://localhost:40123, without a slash at the end. */
  url: string;
  port: number;
  pid: number;
  /** Where this server keeps its data; it survives `kill` and `stop`, so that another can be started in it. */
  dataDir: string;
  /** Everything it has written so far, to both streams. */
  output(): string;
  /** Sends a signal and waits for the end of the process. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** SIGTERM; throws with the output unless the process drains and ends with 0. */
  stop(): Promise<void>;
  /** stop, then removes the data folder when it was made for this server. */
  remove(): Promise<void>;
};

/**
 * Starts the real server as a process of its own on a free port, and waits until it says that it is ready.
 * @param env added to the environment; without DATABASE_URL the server brings its own PostgreSQL in a temporary folder
 * @param dataDir data of an earlier server
 */
export async function startHearth({
  env = {},
  dataDir,
}: { env?: Record<string, string>; dataDir?: string } = {}): Promise<Hearth> {
  const folder = dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
  const child = spawn(process.execPath, SERVER, {
    cwd: root,
    env: { ...cleanEnvironment(), PORT: '0', HEARTH_DATA_DIR: folder, LOG_LEVEL: 'warn', ...env },
    // The channel ends with us, and the server with it, so that a killed test run leaves nothing behind.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const collect = (text: string) => (output += text);
  child.stdout?.setEncoding('utf8').on('data', collect);
  child.stderr?.setEncoding('utf8').on('data', collect);
  const address = await ready(child, () => output);
  const hearth: Hearth = {
    url: address.origin,
    port: Number(address.port),
    pid: child.pid ?? 0,
    dataDir: folder,
    output: () => output,
    async kill(signal) {
      if (ended(child)) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
    async stop() {
      await hearth.kill('SIGTERM');
      if (child.exitCode !== 0) throw new Error(`Hearth ended with ${child.signalCode ?? child.exitCode}:\n${output}`);
    },
    async remove() {
      await hearth.kill('SIGTERM');
      if (!dataDir) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
  return hearth;
}

function ready(child: ChildProcess, output: () => string): Promise<URL> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const address = /Hearth is ready at (\S+)\n/.exec(output())?.[1];
      if (address) resolve(new URL(address));
    };
    child.stdout?.on('data', look);
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`Hearth did not start (${signal ?? code}):\n${output()}`)));
  });
}

/** Ours, without what would redirect the server or tell it that it is under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VITEST|NODE_ENV|NODE_OPTIONS|DATABASE_URL|ORIGIN|HOST|TRUST_PROXY|HEARTH_|PG)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
