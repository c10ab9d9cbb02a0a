import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a running server leaves in its data folder for `bin/hearth`: where its local socket is. */
export interface LocalAddress {
  pid: number;
  /** A unix socket; absent where there are none (Windows). */
  socket?: string;
  /** A port of the loopback, for which the secret stands in for the socket's file mode. */
  port?: number;
  secret?: string;
}

const fileOf = (dataDir: string) => path.join(dataDir, 'local.json');

/** Readable by the server's own user alone. */
export function writeLocalAddress(dataDir: string, address: LocalAddress): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Null when no server has left one, or what is there cannot be read. It may be of a server that was killed. */
export function readLocalAddress(dataDir: string): LocalAddress | null {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return null;
  try {
    const { pid, socket, port, secret } = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalAddress>;
    if (typeof pid !== 'number' || (typeof socket !== 'string' && typeof port !== 'number')) return null;
    return { pid, ...(socket ? { socket } : {}), ...(port ? { port } : {}), ...(secret ? { secret } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Takes the address back, unless another server has put its own there since. */
export function removeLocalAddress(dataDir: string, pid: number): void {
  if (readLocalAddress(dataDir)?.pid === pid) rmSync(fileOf(dataDir), { force: true });
}
