import type pg from 'pg';
import type { Logger } from 'pino';

/** The one connection the author commits on. Lost, it is opened again by whoever needs it next. */
export class WritingConnection {
  private readonly connect: () => Promise<pg.Client>;
  private readonly log: Logger;
  private client: pg.Client | null = null;

  constructor(connect: () => Promise<pg.Client>, log: Logger) {
    this.connect = connect;
    this.log = log;
  }

  async get(): Promise<pg.Client> {
    if (this.client) return this.client;
    const client = await this.connect();
    const forget = () => {
      if (this.client === client) this.client = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    this.client = client;
    return client;
  }

  /** Lets go of it, whatever state it is in. */
  async drop(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch((error: unknown) => this.log.debug({ err: error }, 'the connection was gone already'));
  }
}
