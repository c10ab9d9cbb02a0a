import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { Binaries } from '#server/database/binaries.ts';
import { startEmbeddedPostgres } from '#server/database/embedded.ts';
import { migrate } from '#server/database/migrate.ts';
import { connectTo } from '#server/database/open.ts';

export type ServerKind = 'embedded' | 'postgres15';

/** A running server, by what another process needs to use it. `template` is a migrated database that nobody connects to. */
export type ServerAddress = { host: string; port: number; user: string; template: string };

/** Silent unless a test run is being debugged with LOG_LEVEL. */
export const testLog = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

/** Starts a PostgreSQL in a temporary folder, without waiting for disks, with every migration applied to a template database. */
export async function startTestServer(kind: ServerKind): Promise<{ address: ServerAddress; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hearth-test-'));
  const binaries = kind === 'postgres15' ? requireDebian15() : undefined;
  const server = await startEmbeddedPostgres({
    dataDir,
    log: testLog,
    durable: false,
    maxConnections: 300,
    ...(binaries ? { binaries } : {}),
  });
  const template = 'migrated';
  await runSql(server.config, `create database ${template}`);
  const database = connectTo({ ...server.config, database: template }, testLog);
  await migrate({ database, log: testLog, backups: path.join(dataDir, 'backups') });
  await database.close();
  const { host = '', port = 5432, user = '' } = server.config;
  return {
    address: { host, port, user, template },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** Debian's PostgreSQL 15, the oldest version that Hearth supports; undefined where it is not installed. */
export function debian15(): Binaries | undefined {
  const folder = '/usr/lib/postgresql/15/bin';
  const complete = existsSync(folder) && ['initdb', 'postgres'].every((name) => readdirSync(folder).includes(name));
  return complete ? { initdb: path.join(folder, 'initdb'), postgres: path.join(folder, 'postgres') } : undefined;
}

function requireDebian15(): Binaries {
  const found = debian15();
  if (!found) throw new Error('PostgreSQL 15 is not installed here (Debian: apt-get install postgresql-15).');
  return found;
}

/** Runs one statement on a connection of its own. */
export async function runSql(config: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
