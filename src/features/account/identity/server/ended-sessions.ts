import type { Client, Pool } from 'pg';
import type { Logger } from 'pino';

export type NotifyingDatabase = {
  pool: Pool;
  /** A connection of one's own. */
  connect(): Promise<Client>;
};

type Listener = (sessionId: string) => void;

const retryMs = { first: 100, most: 5_000 };
const sweepMs = 15_000;
const pingMs = 5_000;
const rememberMs = 60_000;

/**
 * Knows when a session has ended, in this process or any other, within the commit that ended it: a trigger notifies, one
 * connection of its own listens. What the connection missed while it was lost is made up by asking for every session
 * still in use; the same question, asked every few seconds for those past their time, ends sessions by age.
 */
export class EndedSessions {
  readonly #database: NotifyingDatabase;
  readonly #log: Logger;
  readonly #listeners = new Set<Listener>();
  /** Sessions somebody here relies on, with the end they were last known to have. */
  readonly #inUse = new Map<string, number>();
  /** Ended a moment ago: a lookup that read its row before the end must not hand it out after. */
  readonly #justEnded = new Map<string, number>();
  readonly #sweeper: NodeJS.Timeout;
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #wait = retryMs.first;
  #closed = false;
  /** The connection was away: sessions may have ended unheard until every one in use has been asked for. */
  #missedSome = false;

  constructor(database: NotifyingDatabase, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
  }

  /** Resolves once the first connection listens; throws when that fails, so that a start without it fails aloud. */
  async start(): Promise<void> {
    await this.#connect();
  }

  onEnded(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Remembers that the session is relied on. False when it ended meanwhile and must not be used. */
  use(sessionId: string, expiresAt: Date): boolean {
    if (this.#justEnded.has(sessionId)) return false;
    this.#inUse.set(sessionId, expiresAt.getTime());
    return true;
  }

  end(sessionId: string): void {
    this.#justEnded.set(sessionId, Date.now());
    if (!this.#inUse.delete(sessionId)) return;
    for (const listener of this.#listeners) {
      try {
        listener(sessionId);
      } catch (error) {
        this.#log.error({ err: error, sessionId }, 'a listener failed on the end of a session');
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    clearTimeout(this.#retry);
    this.#listeners.clear();
    await this.#client?.end();
  }

  async #connect(): Promise<void> {
    const client = await this.#database.connect();
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client, undefined));
    client.on('notification', (message) => {
      if (message.payload) this.end(message.payload);
    });
    await client.query('listen session_ended');
    if (this.#closed) return void (await client.end());
    this.#client = client;
    this.#wait = retryMs.first;
  }

  #lost(client: Client, error: Error | undefined): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = undefined;
    this.#missedSome = true;
    this.#log.warn({ err: error }, 'the connection that hears of ended sessions was lost');
    this.#reconnectLater();
  }

  #reconnectLater(): void {
    this.#retry = setTimeout(() => void this.#reconnect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, retryMs.most);
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (this.#closed) return;
      this.#log.warn({ err: error }, 'still no connection to hear of ended sessions');
      return this.#reconnectLater();
    }
    await this.#ask();
  }

  #sweep(): void {
    const now = Date.now();
    for (const [id, at] of this.#justEnded) if (at < now - rememberMs) this.#justEnded.delete(id);
    this.#ping();
    void this.#ask();
  }

  /** A connection cut by something in between says nothing by itself; a question every few seconds finds out. */
  #ping(): void {
    const client = this.#client;
    if (!client) return;
    const silent = setTimeout(() => client.connection.stream.destroy(), pingMs);
    client
      .query('select 1')
      .catch((error: Error) => this.#lost(client, error))
      .finally(() => clearTimeout(silent));
  }

  async #ask(): Promise<void> {
    const now = Date.now();
    const missed = this.#missedSome && this.#client !== undefined;
    const due = [...this.#inUse].filter(([, end]) => missed || end <= now).map(([id]) => id);
    if (due.length === 0) return;
    try {
      await this.#endThoseGone(due);
      if (missed && this.#client) this.#missedSome = false;
    } catch (error) {
      this.#log.warn({ err: error }, 'could not ask which sessions have ended');
    }
  }

  async #endThoseGone(ids: string[]): Promise<void> {
    const found = await this.#database.pool.query<{ id: string; expires_at: Date }>(
      `select id, expires_at from sessions where id = any($1) and expires_at > now()
       union all select id, expires_at from access_tokens where id = any($1) and expires_at > now()`,
      [ids],
    );
    const alive = new Map(found.rows.map((row) => [row.id, row.expires_at.getTime()]));
    for (const id of ids) {
      const end = alive.get(id);
      if (end === undefined) this.end(id);
      else if (this.#inUse.has(id)) this.#inUse.set(id, end);
    }
  }
}
