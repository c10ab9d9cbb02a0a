import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { migrate } from '#server/database/migrate.ts';
import { openDatabase, type Database } from '#server/database/open.ts';

export interface BenchDatabase {
  database: Database;
  url: string;
  stop(): Promise<void>;
}

/** PostgreSQL as it ships with the product: fsync on, every migration applied. */
export async function startDatabase(): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hearth-bench-'));
  const log = pino({ level: 'error' });
  const database = await openDatabase({ dataDir }, log);
  await migrate({ database, log, backups: path.join(dataDir, 'backups') });
  const { host = '', port = 5432, user = '', password, database: name = '' } = database.config;
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  return {
    database,
    url: `postgresql://${user}${secret}@/${name}?host=${encodeURIComponent(host)}&port=${port}`,
    async stop() {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
