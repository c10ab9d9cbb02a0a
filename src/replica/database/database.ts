import { accountOf, databaseName, SCHEMA } from './names.ts';
import type { DraftRow, OutboxRow } from './rows.ts';
import { DRAWN_FROM, makeStores, type Rows, type TableName } from './stores.ts';
import { settled, Table, type Run } from './table.ts';

/** An outbox row before the database gave it its place in the order. */
export type NewOutboxRow = Omit<OutboxRow, 'order'>;

/** The tables of a device: of a whole database, where every call is its own transaction, or within one transaction. */
export abstract class Tables {
  readonly snapshots = this.#table<Rows['snapshots'], string>('snapshots');
  readonly updates = this.#table<Rows['updates'], [string, number]>('updates');
  readonly chunks = this.#table<Rows['chunks'], [string, number]>('chunks');
  readonly texts = this.#table<Rows['texts'], [string, number]>('texts');
  readonly chains = this.#table<Rows['chains'], string>('chains');
  readonly outbox = this.#table<Rows['outbox'], number, NewOutboxRow>('outbox');
  readonly drafts = this.#table<Rows['drafts'], string>('drafts');
  readonly marks = this.#table<Rows['marks'], string>('marks');
  readonly places = this.#table<Rows['places'], string>('places');
  readonly settings = this.#table<Rows['settings'], string>('settings');
  readonly kept = this.#table<Rows['kept'], string>('kept');
  readonly stills = this.#table<Rows['stills'], string>('stills');

  protected abstract run<T>(name: TableName, ...work: Parameters<Run<T>>): Promise<T>;

  #table<Row, K extends IDBValidKey, New = Row>(name: TableName): Table<Row, K, New> {
    return new Table((mode, work) => this.run(name, mode, work));
  }
}

class TransactionTables extends Tables {
  readonly #transaction: IDBTransaction;

  constructor(transaction: IDBTransaction) {
    super();
    this.#transaction = transaction;
  }

  protected run<T>(name: TableName, ...[, work]: Parameters<Run<T>>): Promise<T> {
    return work(this.#transaction.objectStore(name));
  }
}

/** Everything one account keeps on this device. Two accounts never share a database, a lock, a channel or a sync tag. */
export class DeviceDatabase extends Tables {
  readonly #account: string;
  readonly #durability: 'strict' | 'relaxed';
  /** The page is on its way out: what is asked of one table is committed with it, for nobody will be there for the answer. */
  hurried = false;
  #connection: Promise<IDBDatabase> | null = null;
  /** The same, once it is there: for who cannot wait. */
  #db: IDBDatabase | null = null;
  #closed = false;

  /** `strict` waits for the disk with every commit: for whoever writes what only this device has. */
  constructor(account: string, durability: 'strict' | 'relaxed') {
    super();
    this.#account = account;
    this.#durability = durability;
  }

  /**
   * All of it is written, or nothing; resolves when it is committed. The work may wait for nothing but these tables: a transaction that is
   * asked nothing more commits.
   */
  transaction<T>(names: TableName[], work: (tables: Tables) => Promise<T>): Promise<T> {
    return this.#write(names, (transaction) => work(new TransactionTables(transaction)));
  }

  /**
   * Writes drafts, and takes away those without text. Where there is a connection they are asked for, and their commit with them, before
   * this returns: of a page that goes the browser finishes what was asked for, and nothing that would have followed from an answer.
   */
  keepDrafts(drafts: DraftRow[]): Promise<void> {
    if (this.#db) return this.#putDrafts(this.#db, drafts);
    return this.#open().then((db) => this.#putDrafts(db, drafts));
  }

  #putDrafts(db: IDBDatabase, drafts: DraftRow[]): Promise<void> {
    const transaction = db.transaction('drafts', 'readwrite', { durability: this.#durability });
    const written = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('nothing was written', 'AbortError'));
    });
    const store = transaction.objectStore('drafts');
    for (const draft of drafts) {
      if (draft.text === '') store.delete(draft.channel);
      else store.put(draft);
    }
    transaction.commit();
    return written;
  }

  /** For good: whoever still asks is refused. */
  close(): void {
    this.#closed = true;
    this.#letGo();
  }

  protected async run<T>(name: TableName, ...[mode, work]: Parameters<Run<T>>): Promise<T> {
    if (mode === 'readwrite') {
      return this.#write([name], (transaction) => {
        const asked = work(transaction.objectStore(name));
        if (this.hurried) transaction.commit();
        return asked;
      });
    }
    return work((await this.#open()).transaction(name).objectStore(name));
  }

  async #write<T>(names: TableName[], work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
    const drawn = names.some((name) => DRAWN_FROM.has(name));
    const scope = drawn ? [...new Set<TableName>([...names, 'stills'])] : names;
    const transaction = (await this.#open()).transaction(scope, 'readwrite', { durability: this.#durability });
    if (drawn) transaction.objectStore('stills').clear();
    let open = true;
    const committed = new Promise<boolean>((resolve) => {
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    }).finally(() => (open = false));
    // A request that fails aborts it. Captured: whoever waits for the request goes on before the event comes up here.
    transaction.addEventListener('error', () => (open = false), { capture: true });
    try {
      const result = await work(transaction);
      if (await committed) return result;
      throw new DOMException('nothing was written', 'AbortError');
    } catch (error) {
      if (open) transaction.abort();
      await committed;
      // A full disk aborts the transaction, and its requests know only of that.
      throw transaction.error ?? error;
    }
  }

  #open(): Promise<IDBDatabase> {
    if (this.#closed) return Promise.reject(new DOMException('the database is closed', 'InvalidStateError'));
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #connect(): Promise<IDBDatabase> {
    const request = indexedDB.open(databaseName(this.#account), SCHEMA);
    request.onupgradeneeded = () => makeStores(request.result);
    const db = await settled(request);
    // Another tab updates or deletes the database: whoever holds it open would be in its way.
    db.onversionchange = () => this.#letGo();
    db.onclose = () => (this.#connection = this.#db = null);
    return (this.#db = db);
  }

  #letGo(): void {
    void this.#connection?.then((db) => db.close());
    this.#connection = this.#db = null;
  }
}

/** The accounts that keep something on this device, where the browser can list its databases. */
export async function accountsOnDevice(): Promise<string[]> {
  return (await indexedDB.databases()).flatMap(({ name }) => accountOf(name ?? '') ?? []);
}

export async function deleteDatabase(account: string): Promise<void> {
  await settled(indexedDB.deleteDatabase(databaseName(account)));
}
