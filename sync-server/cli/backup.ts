import { mkdirSync } from 'node:fs';
import { pino } from 'pino';
import { writeBackup } from '../database/backup.ts';
import { openDatabase } from '../database/open.ts';
import { readLocalAddress } from '../http/local-address.ts';
import { readSettings } from '../settings.ts';
import { EXIT, type Exit } from './ending.ts';
import { LocalClient } from './local-client.ts';
import { dataDir, typedPath } from './places.ts';
import { isAlive } from './running.ts';

/** `backup PATH`: a new folder below PATH with everything the database holds, as of one moment; the server may be running. */
export async function makeBackup(typed: string): Promise<Exit> {
  const folder = typedPath(typed);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const running = isAlive(readLocalAddress(dataDir()));
  const written = running ? await askServer(folder) : await readDatabase(folder);
  process.stdout.write(
    `The backup is in ${written}\nIt holds everything people wrote and their sign-ins: keep it where only you can read it.\n`,
  );
  return EXIT.done;
}

/** The embedded database belongs to the running server, which alone knows where it listens. */
async function askServer(folder: string): Promise<string> {
  const client = new LocalClient({ dataDir: dataDir() });
  try {
    return (await client.post<{ written: string }>('/backup', { folder })).written;
  } finally {
    client.close();
  }
}

async function readDatabase(folder: string): Promise<string> {
  const database = await openDatabase(readSettings(process.env), pino({ level: 'warn' }, pino.destination(2)));
  try {
    const client = await database.connect();
    try {
      return await writeBackup({ client, folder, reason: 'by-hand' });
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
}
