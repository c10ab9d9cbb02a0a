import { ulid } from '#kernel/ids.ts';
import { DeviceDatabase, deleteDatabase } from '#replica/database/database.ts';
import type { ChainName } from '#replica/database/rows.ts';
import { TABLES } from '#replica/database/stores.ts';
import { beginningWith } from '#replica/database/table.ts';
import { Documents } from '#replica/worker/documents/documents.ts';

/** A device's database and documents, without a network. Import `fake-indexeddb/auto` first. */
export class TestDevice {
  readonly account = ulid();
  readonly db = new DeviceDatabase(this.account, 'relaxed');
  readonly troubles: unknown[] = [];
  readonly documents: Documents;

  constructor() {
    this.documents = this.#documents();
  }

  /** What a reader sees of a chain: consecutive chunks, oldest first. */
  async view(chain: ChainName): Promise<{ no: number; body: unknown; reactions: string[]; name: string }[]> {
    const rows = await this.db.chunks.getAll(beginningWith(chain));
    return rows.flatMap(({ records, people, reactions }) =>
      records.map((record) => ({
        no: record.no,
        body: record['body'],
        name: people[String(record['by'])]?.name ?? '',
        reactions: (reactions[record.id] ?? []).map(({ emoji, count }) => `${emoji} ${count}`),
      })),
    );
  }

  async bodies(chain: ChainName): Promise<unknown[]> {
    return (await this.view(chain)).map(({ body }) => body);
  }

  /** Everything on the device, as bytes would show it. */
  async everything(): Promise<string> {
    const tables = await Promise.all(TABLES.map((name) => this.db[name].getAll()));
    const decoder = new TextDecoder();
    return JSON.stringify(tables, (_key, value: unknown) =>
      ArrayBuffer.isView(value) ? decoder.decode(value) : value,
    );
  }

  async erase(): Promise<void> {
    this.db.close();
    await deleteDatabase(this.account);
  }

  #documents(): Documents {
    return new Documents(this.db, {
      account: this.account,
      room: {},
      communityOf: () => 'garden',
      onWritten: () => undefined,
      onTrouble: (error) => this.troubles.push(error),
    });
  }
}
