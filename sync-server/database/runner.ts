import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Binaries } from './binaries.ts';

/** How PostgreSQL's programs are started so that they do not run as root, which they refuse. */
export type Runner = {
  /** In words, for the log. */
  readonly description: string;
  /** The user that files must belong to; undefined: whoever creates them. */
  readonly uid: number | undefined;
  command(program: string, args: string[]): { file: string; args: string[]; options: { uid?: number; gid?: number } };
};

const nobody = 65534;

/**
 * Chooses by what this machine allows. An ordinary user runs PostgreSQL itself. Root enters a user namespace, in which its own files belong to
 * an ordinary user, so that even a folder only root can enter works; where namespaces are closed, PostgreSQL runs as "nobody".
 * A folder made by an ordinary user keeps its owner, so that starting once as root does not lock that user out.
 * @param cluster the folder of the database's files; it may not exist yet, its parent must
 */
export function chooseRunner(cluster: string, binaries: Binaries): Runner {
  if (process.getuid?.() !== 0) return hasName() || !namespaceWorks() ? ordinary : namespace;
  const owner = existsSync(cluster) ? statSync(cluster).uid : 0;
  if (owner !== 0 && reaches(owner, path.dirname(cluster), binaries)) return asUser(owner);
  if (namespaceWorks()) {
    giveTo(cluster, 0);
    return namespace;
  }
  if (reaches(nobody, path.dirname(cluster), binaries)) {
    giveTo(cluster, nobody);
    return asUser(nobody);
  }
  throw new Error(
    `PostgreSQL does not run as root, this machine does not let root open a user namespace, and the user "nobody" cannot enter ` +
      `${path.dirname(cluster)} or cannot run ${binaries.postgres}. Start Hearth as an ordinary user, or set HEARTH_DATA_DIR to a folder ` +
      `that everyone may enter (for example /var/lib/hearth), or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

const ordinary: Runner = {
  description: 'this user',
  uid: undefined,
  command: (file, args) => ({ file, args, options: {} }),
};

const asNobody = ['--user', `--map-user=${nobody}`, '--'];

const namespace: Runner = {
  description: 'this user, in a namespace',
  uid: undefined,
  command: (program, args) => ({ file: 'unshare', args: [...asNobody, program, ...args], options: {} }),
};

const asUser = (uid: number): Runner => ({
  description: `user ${uid}`,
  uid,
  command: (file, args) => ({ file, args, options: { uid, gid: uid } }),
});

function namespaceWorks(): boolean {
  return spawnSync('unshare', [...asNobody, 'true']).status === 0;
}

/** PostgreSQL refuses to create a database for a user without a name, as containers with a bare number for a user have. */
function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

function reaches(uid: number, folder: string, { postgres }: Binaries): boolean {
  const script = 'cd "$1" && exec "$2" -V';
  return spawnSync('/bin/sh', ['-c', script, 'sh', folder, postgres], { uid, gid: uid }).status === 0;
}

/** Gives a cluster whose server is stopped to another user. */
function giveTo(folder: string, uid: number): void {
  if (!existsSync(folder) || statSync(folder).uid === uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name);
    if (!lstatSync(file).isSymbolicLink()) chownSync(file, uid, uid);
  }
  chownSync(folder, uid, uid);
}
