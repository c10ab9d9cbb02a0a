import type { DeviceDatabase } from './database.ts';
import { DeviceReader } from './reader.ts';

/** A page's way to its account's database: reads at once, and Dexie for writing when something is first written. */
export class Device {
  readonly read: DeviceReader;
  readonly #account: string;
  #writer: Promise<DeviceDatabase> | null = null;

  constructor(account: string) {
    this.#account = account;
    this.read = new DeviceReader(account);
  }

  /** Commits through it are on the disk when they resolve. */
  write(): Promise<DeviceDatabase> {
    this.#writer ??= import('./database.ts').then(
      ({ DeviceDatabase }) => new DeviceDatabase(this.#account, 'strict'),
      (error: unknown) => {
        this.#writer = null;
        throw error;
      },
    );
    return this.#writer;
  }

  close(): void {
    this.read.close();
    void this.#writer?.then((db) => db.close());
    this.#writer = null;
  }
}
