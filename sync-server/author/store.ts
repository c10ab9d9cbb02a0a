import type pg from 'pg';
import { parseDocumentName } from '#kernel/documents.ts';
import type { AnyRecordKind } from '#kernel/records.ts';
import type { Registry } from '#kernel/registry.ts';
import { AuthorDocument } from './document.ts';
import type { Wanted } from './missing.ts';
import { Partition } from './partition.ts';

export type Querying = Pick<pg.ClientBase, 'query'>;

const camel = (column: string) => column.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
export const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A table's row as the record it was written from: absent where SQL says null and the shape says optional. */
function toRecord(kind: AnyRecordKind, row: Record<string, unknown>): unknown {
  const record: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (value === null && !kind.nullable?.includes(camel(column))) continue;
    record[camel(column)] = typeof value === 'string' && kind.numbers?.includes(camel(column)) ? Number(value) : value;
  }
  return record;
}

/** Reads what the author works on. The author alone writes these tables, so what is read stays true while its lease holds. */
export class AuthorStore {
  private readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** @returns null when there is nothing under this id: such a partition is not worth keeping in memory */
  async loadPartition(client: Querying, id: string): Promise<Partition> {
    const found = await client.query<{ pos: string }>('select pos from partitions where id = $1', [id]);
    const partition = new Partition(id, Number(found.rows[0]?.pos ?? 0));
    if (found.rows.length === 0) return partition;
    for (const kind of this.registry.records.values()) {
      if (kind.storage !== 'row' || !kind.eager) continue;
      const [ownerField = ''] = kind.key ?? [];
      const { rows } = await client.query<Record<string, unknown>>(
        `select * from ${kind.table} where "${snake(ownerField)}" = $1`,
        [partition.owner],
      );
      for (const row of rows) {
        const record = toRecord(kind, row) as Record<string, unknown>;
        partition.setRow(kind, String(record[kind.key?.at(-1) ?? '']), record);
      }
    }
    const channels = [...(partition.rows.get('channel')?.keys() ?? [])];
    const heads = await client.query<{ chain: string; owner: string; next: number; pos: string }>(
      'select chain, owner, next, pos from chains where owner = any($1)',
      [[partition.owner, ...channels]],
    );
    for (const { chain, owner, next, pos } of heads.rows)
      partition.setHead({ chain, owner, next, durable: { next, pos: Number(pos) } });
    return partition;
  }

  async load(client: Querying, partition: Partition, wanted: Wanted): Promise<void> {
    if (wanted.what === 'row') return this.loadRows(client, partition, wanted.kind, [wanted.id]);
    if (wanted.what === 'position') return this.loadPositions(client, partition, wanted.owner, wanted.ids);
    if (wanted.what === 'document') return this.loadDocument(client, partition, wanted.name);
    if (wanted.what === 'reactions') return this.loadReactions(client, partition, wanted.owner, wanted.message);
  }

  async loadRows(client: Querying, partition: Partition, kindName: string, ids: string[]): Promise<void> {
    const kind = this.registry.records.get(kindName);
    if (!kind?.table || !kind.key) throw new TypeError(`${kindName} is not kept in rows`);
    const [owner = '', key = ''] = kind.key;
    const { rows } = await client.query<Record<string, unknown>>(
      `select t.* from unnest($2::text[]) as wanted (key)
         cross join lateral (select * from ${kind.table} where "${snake(owner)}" = $1 and "${snake(key)}" = wanted.key limit 1) t`,
      [partition.owner, ids],
    );
    const found = new Map(
      rows.map((row) => toRecord(kind, row) as Record<string, unknown>).map((record) => [String(record[key]), record]),
    );
    // What came into memory while this was read may have been changed since: a ban must not be undone by an older answer.
    for (const id of ids) {
      if (partition.rows.get(kindName)?.get(id) === undefined) partition.setRow(kind, id, found.get(id) ?? null);
    }
  }

  /**
   * One look into the primary key for each id, whatever PostgreSQL believes about the table: right after an import its
   * statistics are of an empty one, and `id = any(…)` made it read every position of the channel, 45 ms instead of 5.
   */
  async loadPositions(client: Querying, partition: Partition, owner: string, ids: string[]): Promise<void> {
    const { rows } = await client.query<{ id: string; no: number }>(
      `select p.id, p.no from unnest($2::text[]) as wanted (id)
         cross join lateral (select id, no from positions where owner = $1 and id = wanted.id limit 1) p`,
      [owner, ids],
    );
    const found = new Map(rows.map(({ id, no }) => [id, no]));
    for (const id of ids) {
      const key = `${owner} ${id}`;
      if (partition.positions.has(key)) continue;
      // Asked for before it was committed, answered after: what the documents say by now is newer than the answer.
      partition.positions.set(key, partition.numberOf(owner, id) ?? found.get(id) ?? null);
    }
  }

  async loadDocument(client: Querying, partition: Partition, name: string): Promise<void> {
    const parsed = parseDocumentName(name, this.registry.documents);
    if (!parsed) throw new TypeError(`${name} is not a document's name`);
    const state = await readState(client, name);
    if (!partition.documents.has(name))
      partition.documents.set(
        name,
        new AuthorDocument(
          parsed,
          state.map((row) => row.update),
        ),
      );
  }

  private async loadReactions(client: Querying, partition: Partition, owner: string, message: string): Promise<void> {
    const { rows } = await client.query<{ emoji: string; person: string }>(
      'select emoji, person from further_reactions where owner = $1 and message = $2',
      [owner, message],
    );
    if (partition.furtherReactions.has(`${owner} ${message}`)) return;
    const further = new Map<string, Set<string>>();
    for (const { emoji, person } of rows) further.set(emoji, (further.get(emoji) ?? new Set()).add(person));
    partition.furtherReactions.set(`${owner} ${message}`, further);
  }
}

/** A document's snapshot and the log after it, in order. */
export async function readState(client: Querying, name: string): Promise<{ pos: number; update: Buffer }[]> {
  const { rows } = await client.query<{ pos: string; update: Buffer }>({
    name: 'document-state',
    text: `select pos, state as update from snapshots where document = $1
           union all
           select pos, update from log where document = $1 order by pos`,
    values: [name],
  });
  return rows.map(({ pos, update }) => ({ pos: Number(pos), update }));
}
