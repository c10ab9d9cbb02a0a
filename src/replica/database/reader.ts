import { databaseName, SCHEMA } from './names.ts';
import { makeStores } from './stores.ts';
import type { ChainRow, ChunkRow, DraftRow, KeptRow, MarkRow, OutboxRow, PlacesRow, TextRow } from './rows.ts';

/** Dexie multiplies its versions, so that there is room between them. */
const NATIVE_VERSION = SCHEMA * 10;

/** The tables a page reads, and their rows. */
interface Tables {
  chains: ChainRow;
  chunks: ChunkRow;
  drafts: DraftRow;
  kept: KeptRow;
  marks: MarkRow;
  outbox: OutboxRow;
  places: PlacesRow;
  texts: TextRow;
}

type Key = IDBValidKey;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('the database gave no answer', 'UnknownError'));
  });
}

/**
 * Reads an account's database with nothing but the browser's own means: the first paint needs a few rows, and Dexie is a
 * third of the script that would have to come before it. Every write goes through Dexie, but for last words.
 */
export class DeviceReader {
  readonly #account: string;
  #connection: Promise<IDBDatabase> | null = null;
  #db: IDBDatabase | null = null;

  constructor(account: string) {
    this.#account = account;
  }

  async get<T extends keyof Tables>(table: T, key: Key): Promise<Tables[T] | undefined> {
    return (await this.getMany(table, [key]))[0];
  }

  /** Rows in the order of the keys; undefined where there is none. */
  async getMany<T extends keyof Tables>(table: T, keys: Key[]): Promise<(Tables[T] | undefined)[]> {
    const store = (await this.#open()).transaction(table).objectStore(table);
    return Promise.all(keys.map((key) => settled(store.get(key) as IDBRequest<Tables[T] | undefined>)));
  }

  /** Rows in the order of their keys. */
  async getAll<T extends keyof Tables>(table: T, range?: IDBKeyRange): Promise<Tables[T][]> {
    return settled((await this.#open()).transaction(table).objectStore(table).getAll(range) as IDBRequest<Tables[T][]>);
  }

  /**
   * Asks for drafts to be written and committed before it returns: of a page that goes, the browser finishes what was asked for, and
   * nothing that would have followed from an answer. Without a connection yet nothing is done.
   */
  lastWords(drafts: DraftRow[]): void {
    if (!this.#db || drafts.length === 0) return;
    const transaction = this.#db.transaction('drafts', 'readwrite');
    const store = transaction.objectStore('drafts');
    for (const draft of drafts) {
      if (draft.text === '') store.delete(draft.channel);
      else store.put(draft);
    }
    transaction.commit();
  }

  close(): void {
    void this.#connection?.then((db) => db.close());
    this.#connection = null;
    this.#db = null;
  }

  #open(): Promise<IDBDatabase> {
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #connect(): Promise<IDBDatabase> {
    const db = (await this.#connectTo()) ?? (await this.#changeTables());
    // Another tab updates or deletes the database: whoever holds it open would be in its way.
    db.onversionchange = () => this.close();
    db.onclose = () => (this.#connection = this.#db = null);
    return (this.#db = db);
  }

  /** Makes the tables when there are none. Null when they are older ones: changing them is Dexie's. */
  #connectTo(): Promise<IDBDatabase | null> {
    const request = indexedDB.open(databaseName(this.#account), NATIVE_VERSION);
    let wanting = false;
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion === 0) return makeStores(request.result);
      wanting = true;
      request.transaction?.abort();
    };
    return settled(request).catch((error: unknown) => {
      if (wanting) return null;
      throw error;
    });
  }

  async #changeTables(): Promise<IDBDatabase> {
    const { DeviceDatabase } = await import('./database.ts');
    const writer = new DeviceDatabase(this.#account, 'strict');
    await writer.open();
    writer.close();
    const db = await this.#connectTo();
    if (!db) throw new DOMException('the tables could not be changed', 'InvalidStateError');
    return db;
  }
}
