import pg from 'pg';
import type { Logger } from 'pino';
import { startEmbeddedPostgres } from './embedded.ts';

/** The oldest PostgreSQL that Hearth is tested with. */
const oldest = 15;

export type Database = {
  config: pg.ClientConfig;
  /** For short statements and transactions. Its errors are logged; a statement's error goes to whoever sent it. */
  pool: pg.Pool;
  /** A connection of one's own, for LISTEN, advisory locks or an author. Whoever takes it ends it, and listens to its "end". */
  connect(): Promise<pg.Client>;
  /** Ends the pool after running statements, then the embedded server. */
  close(): Promise<void>;
};

type Where = { databaseUrl?: string | undefined; dataDir: string };

/** Opens your own PostgreSQL (DATABASE_URL), or starts the embedded one. Throws in words when neither can be used. */
export async function openDatabase(settings: Where, log: Logger): Promise<Database> {
  if (settings.databaseUrl) {
    const database = connectTo({ connectionString: settings.databaseUrl }, log);
    try {
      await checkServer(database.pool);
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }
  const server = await startEmbeddedPostgres({ dataDir: settings.dataDir, log });
  const database = connectTo(server.config, log);
  return {
    ...database,
    async close() {
      await database.close();
      await server.stop();
    },
  };
}

/** A pool and connections to a server that is already running. */
export function connectTo(config: pg.ClientConfig, log: Logger): Database {
  const named = { application_name: 'hearth', ...config };
  const pool = new pg.Pool({ ...named, max: 16 });
  pool.on('error', (error) =>
    log.warn({ err: error }, 'An idle database connection was lost; the next statement opens another.'),
  );
  // A connection that is lost while somebody works on it fails their statement; without a listener of its own it would end
  // the process as well, since the pool listens to idle ones only.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug({ err: error }, 'A database connection was lost.')),
  );
  return {
    config: named,
    pool,
    async connect() {
      const client = new pg.Client(named);
      // Without a listener a lost connection would end the process.
      client.on('error', (error) => log.warn({ err: error }, 'A database connection was lost.'));
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

async function checkServer(pool: pg.Pool): Promise<void> {
  let version: string;
  try {
    const { rows } = await pool.query<{ server_version_num: string }>('show server_version_num');
    version = rows[0]?.server_version_num ?? '0';
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
    throw new Error(`The PostgreSQL named in DATABASE_URL cannot be used: ${reason}.`, { cause });
  }
  const major = Math.floor(Number(version) / 10_000);
  if (major < oldest) {
    throw new Error(`The PostgreSQL named in DATABASE_URL is version ${major}; Hearth needs ${oldest} or later.`);
  }
}
