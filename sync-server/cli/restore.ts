import path from 'node:path';
import { pino } from 'pino';
import { openDatabase } from '../database/open.ts';
import { restore } from '../database/restore.ts';
import { readLocalAddress } from '../http/local-address.ts';
import { readSettings } from '../settings.ts';
import { Ending, EXIT, type Exit } from './ending.ts';
import { dataDir, typedPath } from './places.ts';
import { isAlive } from './running.ts';

/** `restore PATH`: fills the database from a backup, while the server is stopped. */
export async function restoreFrom(
  typed: string,
  { replace = false }: { replace?: boolean | undefined },
): Promise<Exit> {
  if (isAlive(readLocalAddress(dataDir()))) {
    throw new Ending(
      EXIT.failed,
      `Hearth is running with ${dataDir()}. Nothing was touched. Stop it, restore, and start it again.`,
    );
  }
  const settings = readSettings(process.env);
  const database = await openDatabase(settings, pino({ level: 'warn' }, pino.destination(2)));
  try {
    const client = await database.connect();
    try {
      const kept = await restore({
        client,
        backup: typedPath(typed),
        replace,
        keepIn: path.join(settings.dataDir, 'backups'),
      });
      process.stdout.write(
        `Restored from ${typedPath(typed)}.\n` +
          (kept ? `What was in the database before is kept in ${kept}\n` : '') +
          'Devices will fetch everything anew; what people wrote and have not sent yet stays with them and is sent then.\n',
      );
      return EXIT.done;
    } catch (error) {
      throw new Ending(EXIT.failed, error instanceof Error ? withAdvice(error.message, replace) : String(error));
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
}

const withAdvice = (words: string, replace: boolean) =>
  !replace && words.includes('not empty')
    ? `${words}\nTo give up what is in it (a backup is written first), add --replace.`
    : words;
