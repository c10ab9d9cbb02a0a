type Key = IDBValidKey;

/** Runs one piece of work on a table's store: in the transaction the table belongs to, or in one of its own. */
export type Run<T> = (mode: 'readonly' | 'readwrite', work: (store: IDBObjectStore) => Promise<T>) => Promise<T>;

/** The answer to a request. Goes on within the same transaction, which ends when nothing is asked in answer to an answer. */
export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('the database gave no answer', 'UnknownError'));
  });
}

/** All keys that begin with this one: of `['a', 1]` and `['a', 2]`, with `a`. An array sorts after every text and number. */
export const beginningWith = (first: string): IDBKeyRange => IDBKeyRange.bound([first], [first, []]);

/** One table of a device. */
export class Table<Row, K extends Key, New = Row> {
  readonly #run: <T>(...work: Parameters<Run<T>>) => Promise<T>;

  constructor(run: <T>(...work: Parameters<Run<T>>) => Promise<T>) {
    this.#run = run;
  }

  get(key: K): Promise<Row | undefined> {
    return this.#run('readonly', (store) => settled<Row | undefined>(store.get(key)));
  }

  /** Rows in the order of the keys; undefined where there is none. */
  getMany(keys: K[]): Promise<(Row | undefined)[]> {
    return this.#run('readonly', (store) => Promise.all(keys.map((key) => settled<Row | undefined>(store.get(key)))));
  }

  /** Rows in the order of their keys. */
  getAll(range?: IDBKeyRange): Promise<Row[]> {
    return this.#run('readonly', (store) => settled<Row[]>(store.getAll(range)));
  }

  getBy(index: string, value: Key): Promise<Row | undefined> {
    return this.#run('readonly', (store) => settled<Row | undefined>(store.index(index).get(value)));
  }

  getAllBy(index: string, value: Key): Promise<Row[]> {
    return this.#run('readonly', (store) => settled<Row[]>(store.index(index).getAll(value)));
  }

  count(): Promise<number> {
    return this.#run('readonly', (store) => settled(store.count()));
  }

  /** A new row; fails where there is one with its key. */
  async add(row: New): Promise<void> {
    await this.#run('readwrite', (store) => settled(store.add(row)));
  }

  async put(row: Row): Promise<void> {
    await this.#run('readwrite', (store) => settled(store.put(row)));
  }

  async putMany(rows: Row[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#run('readwrite', (store) => Promise.all(rows.map((row) => settled(store.put(row)))));
  }

  async delete(key: K | IDBKeyRange): Promise<void> {
    await this.#run('readwrite', (store) => settled(store.delete(key)));
  }

  async deleteMany(keys: K[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#run('readwrite', (store) => Promise.all(keys.map((key) => settled(store.delete(key)))));
  }

  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => settled(store.clear()));
  }
}
