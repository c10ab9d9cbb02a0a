import type { AnyRecordKind } from '#kernel/records.ts';
import type { AuthorDocument } from './document.ts';
import type { Partition } from './partition.ts';
import { snake, type Querying } from './store.ts';
import type { Tick } from './tick.ts';

export interface Written {
  partition: Partition;
  document: AuthorDocument;
  update: Uint8Array;
  erases: boolean;
  seals: boolean;
}

/*
 * One statement, one round trip (A2). Rows travel as JSON: the driver builds array literals character by character in
 * JavaScript, while JSON.stringify is native and PostgreSQL takes it apart on its own processor.
 */
const ALWAYS = `
with fence as (
  update partitions p set pos = v.pos from unnest($1::text[], $2::bigint[], $3::bigint[]) v(id, pos, token)
  where p.id = v.id and p.token = v.token and p.pos = v.pos - 1 returning 1),
l as (insert into log (document, pos, owner, update) select * from unnest($4::text[], $5::bigint[], $6::text[], $7::bytea[])),
r as (insert into receipts (account, id, partition, pos, no)
  select x->>0, x->>1, x->>2, (x->>3)::bigint, (x->>4)::int from jsonb_array_elements($8::jsonb) x),
e as (insert into events (partition, actor, command, depth, name, data, at)
  select x->>0, x->>1, x->>2, (x->>3)::smallint, x->>4, x->5, (x->>6)::bigint from jsonb_array_elements($9::jsonb) x),
n as (insert into positions (chain, owner, id, no, at)
  select x->>0, x->>1, x->>2, (x->>3)::int, (x->>4)::bigint from jsonb_array_elements($10::jsonb) x),
c as (insert into chains (chain, owner, next, pos) select * from unnest($11::text[], $12::text[], $13::int[], $14::bigint[])
  on conflict (chain, owner) do update set next = excluded.next, pos = excluded.pos)`;
const FENCE = `select check_fence((select count(*) from fence) = cardinality($1::text[]))`;

interface Extra {
  name: string;
  sql: (parameter: string) => string;
  value: unknown;
}

function upsert(kind: AnyRecordKind, records: unknown[]): Extra {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record as object)))];
  const everyField = Object.keys((kind.schema as unknown as { shape: object }).shape);
  const columns = everyField.map((field) => `"${snake(field)}"`).join(', ');
  const key = (kind.key ?? []).map((field) => `"${snake(field)}"`).join(', ');
  const settings = everyField
    .filter((field) => !kind.key?.includes(field))
    .map((field) => `"${snake(field)}" = excluded."${snake(field)}"`);
  const rows = records.map((record) =>
    Object.fromEntries(fields.map((field) => [snake(field), (record as Record<string, unknown>)[field] ?? null])),
  );
  return {
    name: `put_${kind.kind}`,
    sql: (parameter) =>
      `insert into ${kind.table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${kind.table}, ${parameter}::jsonb)
       on conflict (${key}) do update set ${settings.join(', ')}`,
    value: JSON.stringify(rows),
  };
}

function remove(kind: AnyRecordKind, keys: [owner: string, id: string][]): Extra {
  const [owner = '', id = ''] = (kind.key ?? []).map((field) => `"${snake(field)}"`);
  return {
    name: `drop_${kind.kind}`,
    sql: (parameter) =>
      `delete from ${kind.table} t using jsonb_array_elements(${parameter}::jsonb) x where t.${owner} = x->>0 and t.${id} = x->>1`,
    value: JSON.stringify(keys),
  };
}

/** What only some ticks change. Kinds come in the order they are registered, so that parents stand before children. */
function extrasOf(tick: Tick, written: readonly Written[]): Extra[] {
  const extras: Extra[] = [];
  const add = (name: string, rows: unknown[], sql: Extra['sql']) => {
    if (rows.length > 0) extras.push({ name, sql, value: JSON.stringify(rows) });
  };
  const puts = new Map<AnyRecordKind, unknown[]>();
  const drops = new Map<AnyRecordKind, [string, string][]>();
  for (const { partition, kind, id, after } of tick.rows.values()) {
    if (after === null) drops.set(kind, [...(drops.get(kind) ?? []), [partition.owner, id]]);
    else puts.set(kind, [...(puts.get(kind) ?? []), after]);
  }
  for (const [kind, records] of puts) extras.push(upsert(kind, records));
  for (const [kind, keys] of drops) extras.push(remove(kind, keys));
  add(
    'unplaced',
    tick.removedPositions,
    (p) => `delete from positions t using jsonb_array_elements(${p}::jsonb) x where t.owner = x->>0 and t.id = x->>1`,
  );
  add(
    'unreacted',
    tick.removedPositions,
    (p) =>
      `delete from further_reactions t using jsonb_array_elements(${p}::jsonb) x where t.owner = x->>0 and t.message = x->>1`,
  );
  add(
    'appeared',
    tick.appearances,
    (p) =>
      `insert into appearances (person, document) select x->>0, x->>1 from jsonb_array_elements(${p}::jsonb) x on conflict do nothing`,
  );
  add(
    'further',
    tick.further,
    (p) =>
      `insert into further_reactions select x->>0, x->>1, x->>2, x->>3 from jsonb_array_elements(${p}::jsonb) x on conflict do nothing`,
  );
  add(
    'no_further',
    tick.noFurther,
    (p) =>
      `delete from further_reactions t using jsonb_array_elements(${p}::jsonb) x
       where t.owner = x->>0 and t.message = x->>1 and t.emoji = x->>2 and t.person = x->>3`,
  );
  const erased = written
    .filter(({ erases }) => erases)
    .map(({ document, partition }) => [document.name, tick.posOf(partition)]);
  add(
    'erased',
    erased,
    (p) =>
      `insert into erasures (document, pos) select x->>0, (x->>1)::bigint from jsonb_array_elements(${p}::jsonb) x
       on conflict (document) do update set pos = excluded.pos`,
  );
  return extras;
}

/**
 * Makes a tick durable: log, receipts, events, positions, heads and facts together or not at all. Throws PostgreSQL's
 * error; whether it was committed is then unknown to the caller.
 */
export async function commit(client: Querying, tick: Tick, written: readonly Written[]): Promise<void> {
  const partitions = [...tick.partitions];
  const heads = new Map<string, { chain: string; owner: string; next: number; pos: number }>();
  for (const { partition, document } of written) {
    const chain = document.name.slice(0, document.name.indexOf('/'));
    const head = partition.head(chain, document.owner);
    head.pos = tick.posOf(partition);
    heads.set(`${chain}/${document.owner}`, head);
  }
  const changedHeads = [...heads.values()];
  const values: unknown[] = [
    partitions.map(([partition]) => partition.id),
    partitions.map(([, pos]) => pos),
    partitions.map(([partition]) => partition.token),
    written.map(({ document }) => document.name),
    written.map(({ partition }) => tick.posOf(partition)),
    written.map(({ document }) => document.owner),
    written.map(({ update }) => Buffer.from(update.buffer, update.byteOffset, update.byteLength)),
    JSON.stringify(tick.receipts.map(({ account, id, partition, pos, no }) => [account, id, partition, pos, no])),
    JSON.stringify(
      tick.events.map(({ partition, actor, command, depth, name, data, at }) => [
        partition,
        actor,
        command,
        depth,
        name,
        data,
        at,
      ]),
    ),
    JSON.stringify(tick.positions),
    changedHeads.map(({ chain }) => chain),
    changedHeads.map(({ owner }) => owner),
    changedHeads.map(({ next }) => next),
    changedHeads.map(({ pos }) => pos),
  ];
  const extras = extrasOf(tick, written);
  if (extras.length === 0) {
    await client.query({ name: 'commit', text: `${ALWAYS} ${FENCE}`, values });
    return;
  }
  const parts = extras.map(({ name, sql, value }) => {
    values.push(value);
    return `${name} as (${sql(`$${values.length}`)})`;
  });
  await client.query(`${ALWAYS}, ${parts.join(', ')} ${FENCE}`, values);
}
