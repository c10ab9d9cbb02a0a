import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { connectTo, type Database } from '#server/database/open.ts';
import { runSql, startTestServer, testLog, type ServerAddress, type ServerKind } from './postgres-server.ts';

export { debian15 } from './postgres-server.ts';

export type TestDatabase = Database & {
  /** For child processes: DATABASE_URL. */
  url: string;
  /** Closes the pool and removes the database, whoever is still connected. Stops the server when it was started for it. */
  drop(): Promise<void>;
};

type Lease = { address: ServerAddress; release(): Promise<void> };

/**
 * A database of one's own with every migration applied, in some ten milliseconds: a copy of the run's template.
 * @param server 'embedded' (default) is shared by the whole run; 'postgres15' is started for this process and stopped with its last database
 * @param migrated false: an empty database
 */
export async function createDatabase({
  server = 'embedded',
  migrated = true,
}: { server?: ServerKind; migrated?: boolean } = {}): Promise<TestDatabase> {
  const { address, release } = await lease(server);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { host, port, user, template } = address;
  const admin = { host, port, user, database: 'hearth' } satisfies pg.ClientConfig;
  await runSql(admin, `create database ${name} template ${migrated ? template : 'template0'}`);
  const database = connectTo({ host, port, user, database: name }, testLog);
  return {
    ...database,
    url: `postgresql://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`,
    async drop() {
      await database.close();
      await runSql(admin, `drop database ${name} with (force)`);
      await release();
    },
  };
}

const own = new Map<ServerKind, { users: number; server: ReturnType<typeof startTestServer> }>();

/** The run's server where Vitest has one (postgres.setup.ts), else one of this process that lives as long as databases on it do. */
async function lease(kind: ServerKind): Promise<Lease> {
  const shared = kind === 'embedded' ? await provided() : undefined;
  if (shared) return { address: shared, release: async () => undefined };
  const entry = own.get(kind) ?? { users: 0, server: startTestServer(kind) };
  own.set(kind, entry);
  entry.users += 1;
  const { address, stop } = await entry.server;
  return {
    address,
    async release() {
      entry.users -= 1;
      if (entry.users > 0) return;
      own.delete(kind);
      await stop();
    },
  };
}

/** Benchmarks and journeys use this module outside of Vitest. */
async function provided(): Promise<ServerAddress | undefined> {
  if (!process.env['VITEST']) return undefined;
  const { inject } = await import('vitest');
  return inject('postgres');
}
