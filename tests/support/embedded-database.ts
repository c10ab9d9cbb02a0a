import path from 'node:path';
import pg from 'pg';
import { superuser } from '#server/database/cluster.ts';
import { readPostmaster, serves } from '#server/database/postmaster.ts';

/** The database of a server that is running, from outside: to look into it, and to break it. Not on Windows. */
export class EmbeddedDatabase {
  readonly #cluster: string;

  /** @param dataDir of the server */
  constructor(dataDir: string) {
    this.#cluster = path.join(dataDir, 'postgres');
  }

  /** The postmaster's process, or undefined while there is none that lets anybody in. */
  get pid(): number | undefined {
    const found = readPostmaster(this.#cluster);
    return found?.ready && serves(found.pid, this.#cluster) ? found.pid : undefined;
  }

  /** To the postmaster alone. @returns its process */
  signal(signal: NodeJS.Signals): number {
    const { pid } = this;
    if (pid === undefined) throw new Error('there is no database');
    process.kill(pid, signal);
    return pid;
  }

  /** As the superuser, on a connection of its own, which ends with the look. */
  async look<T>(look: (client: pg.Client) => Promise<T>): Promise<T> {
    const found = readPostmaster(this.#cluster);
    if (!found) throw new Error('there is no database');
    const client = new pg.Client({ host: found.socketDir, port: found.port, user: superuser, database: 'hearth' });
    // A lost connection fails the query; its event says nothing more.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await look(client);
    } finally {
      await client.end();
    }
  }

  /** Cuts every connection of the server. @returns how many */
  async cutConnections(): Promise<number> {
    return this.look(async (client) => {
      const { rows } = await client.query<{ cut: number }>(
        `select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity where application_name = 'hearth'`,
      );
      return rows[0]?.cut ?? 0;
    });
  }
}
