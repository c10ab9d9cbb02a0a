import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { majorVersion, type Binaries } from './binaries.ts';
import type { Runner } from './runner.ts';

/** Superuser of the embedded server, used only to create the role and the database that Hearth works with. */
export const superuser = 'postgres';

/** Refuses, in words and without touching anything, files that another major version of PostgreSQL made. */
export function checkVersion(cluster: string, binaries: Binaries): void {
  const file = path.join(cluster, 'PG_VERSION');
  if (!existsSync(file)) {
    if (existsSync(cluster)) {
      throw new Error(
        `${cluster} exists but holds no PostgreSQL database. Nothing was touched. Move it away, or set HEARTH_DATA_DIR.`,
      );
    }
    return;
  }
  const found = readFileSync(file, 'utf8').trim();
  const brought = majorVersion(binaries);
  if (Number(found) === brought) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${found}; this version of Hearth brings PostgreSQL ${brought}, which cannot open it. Nothing was touched. ` +
      `To move: start the version of Hearth that made it, run "bin/hearth backup FOLDER" and stop it; rename ${cluster} to ${cluster}.${found}; ` +
      `with this version run "bin/hearth restore" with the folder of the backup, then start it.`,
  );
}

/**
 * Creates the database's files on the first start. A half-made folder of an interrupted first start is thrown away.
 * @returns whether they were not there
 */
export async function createCluster(
  cluster: string,
  binaries: Binaries,
  runner: Runner,
  durable: boolean,
): Promise<boolean> {
  if (existsSync(cluster)) return false;
  const growing = `${cluster}.new`;
  rmSync(growing, { recursive: true, force: true });
  mkdirSync(growing, { recursive: true, mode: 0o700 });
  const owned = [growing];
  const args = ['-D', growing, '-U', superuser, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  // The built-in provider sorts and folds alike on every machine; before 17 there is only the C library's.
  if (majorVersion(binaries) >= 17) args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (!durable) args.push('--no-sync');
  if (process.platform === 'win32') {
    const passwords = passwordFile(cluster);
    writeFileSync(passwords, randomBytes(24).toString('hex'), { mode: 0o600 });
    args.push('-A', 'scram-sha-256', `--pwfile=${passwords}`);
  } else {
    // Trust means: whoever can open the socket, and its folder is closed to everyone else.
    args.push('-A', 'trust');
  }
  if (runner.uid !== undefined) for (const file of owned) chownSync(file, runner.uid, runner.uid);
  await runToEnd(runner.command(binaries.initdb, args));
  renameSync(growing, cluster);
  return true;
}

/** The superuser's password where there are no unix sockets (Windows); elsewhere undefined. */
export function readPassword(cluster: string): string | undefined {
  return process.platform === 'win32' ? readFileSync(passwordFile(cluster), 'utf8').trim() : undefined;
}

const passwordFile = (cluster: string) => `${cluster}.password`;

function runToEnd({ file, args, options }: ReturnType<Runner['command']>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${file} failed (${signal ?? code}): ${output.trim()}`));
    });
  });
}

/** PostgreSQL's programs see none of the caller's PG* variables, which would redirect them. */
export function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
