/** The tables of a device, as Dexie writes them: the primary key, then what is looked up by. `++` counts up, `&` is unique, `[a+b]` is both together. */
export const STORES = {
  snapshots: 'doc',
  updates: '[doc+seq]',
  chunks: '[chain+chunk]',
  texts: '[chain+n]',
  chains: 'chain, community',
  outbox: '++order, &id, channel, community',
  drafts: 'channel',
  marks: 'channel',
  places: 'key',
  settings: 'key',
  kept: 'community',
};

const pathOf = (key: string): string | string[] => (key.startsWith('[') ? key.slice(1, -1).split('+') : key);

/** Makes the tables in an empty database exactly as Dexie would, which is too much to wait for before the first message. */
export function makeStores(db: IDBDatabase): void {
  for (const [name, keys] of Object.entries(STORES)) {
    const [primary = '', ...indexes] = keys.split(', ');
    const autoIncrement = primary.startsWith('++');
    const store = db.createObjectStore(name, { keyPath: pathOf(primary.replace('++', '')), autoIncrement });
    for (const index of indexes) {
      const key = index.replace('&', '');
      store.createIndex(key, pathOf(key), { unique: index.startsWith('&') });
    }
  }
}
