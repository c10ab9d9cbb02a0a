import type pg from 'pg';
import type { AnyRecordKind } from '#kernel/records.ts';
import { snake } from './store.ts';
import type { Tick, WrittenDocument } from './tick.ts';

/*
 * One statement, one round trip (A2). Rows travel as one text per column, a value a line: the driver builds array literals
 * character by character, and PostgreSQL takes JSON and array literals apart for a third more. A value with a line break of
 * its own would make its column longer than that of `pos`; the rows beyond have no position then and refuse the statement.
 */
const ALWAYS = String.raw`
with fence as (
  update partitions p set pos = v.pos from unnest($1::text[], $2::bigint[], $3::bigint[]) v(id, pos, token)
  where p.id = v.id and p.token = v.token and p.pos = v.pos - 1 returning 1),
l as (insert into log (document, pos, owner, update)
  select document, pos, owner, substring($7::bytea from start for length)
  from unnest($4::text[], $5::bigint[], $6::text[], $8::int[], $9::int[]) v(document, pos, owner, start, length)),
r as (insert into receipts (account, id, partition, pos, no)
  select account, id, partition, pos::bigint, nullif(no, '')::int
  from ${lines(10, ['account', 'id', 'partition', 'pos', 'no'])}),
e as (insert into events (partition, actor, command, depth, name, data, at)
  select partition, actor, command, depth::smallint, name, data::jsonb, at::bigint
  from ${lines(15, ['partition', 'actor', 'command', 'depth', 'name', 'data', 'at'])}),
n as (insert into positions (chain, owner, id, no, at)
  select chain, owner, id, no::int, at::bigint from ${lines(22, ['chain', 'owner', 'id', 'no', 'at'])}),
c as (insert into chains (chain, owner, next, pos) select * from unnest($27::text[], $28::text[], $29::int[], $30::bigint[])
  on conflict (chain, owner) do update set next = excluded.next, pos = excluded.pos),
a as (insert into appearances (person, document)
  select person, document from ${lines(31, ['person', 'document'])} on conflict do nothing)`;
const FENCE = `select check_fence((select count(*) from fence) = cardinality($1::text[]))`;

/** A table of parameters, each a column of one line a row. */
function lines(first: number, columns: string[]): string {
  const split = columns.map((_column, at) => `string_to_table($${first + at}, E'\\n')`);
  return `rows from (${split.join(', ')}) v(${columns.join(', ')})`;
}

/** Rows as columns, one text each. */
function columns<T>(rows: readonly T[], ...fields: ((row: T) => string | number)[]): string[] {
  return fields.map((field) => rows.map(field).join('\n'));
}

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
function extrasOf(tick: Tick, written: readonly WrittenDocument[]): Extra[] {
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
  const erased = written.filter(({ erases }) => erases).map(({ document, pos }) => [document.name, pos]);
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
 * What makes a tick durable: log, receipts, events, positions, heads and facts together or not at all. Whether it was
 * committed is unknown when it throws.
 */
export function statementOf(tick: Tick, written: readonly WrittenDocument[]): pg.QueryConfig {
  const partitions = [...tick.partitions];
  const heads = [...new Map(written.map((one) => [one.head, one])).values()];
  let start = 1;
  const starts = written.map(({ update }) => (start += update.byteLength) - update.byteLength);
  const values: unknown[] = [
    partitions.map(([partition]) => partition.id),
    partitions.map(([, pos]) => pos),
    partitions.map(([partition]) => partition.token),
    written.map(({ document }) => document.name),
    written.map(({ pos }) => pos),
    written.map(({ document }) => document.owner),
    Buffer.concat(written.map(({ update }) => update)),
    starts,
    written.map(({ update }) => update.byteLength),
    ...columns(
      tick.receipts,
      ({ account }) => account,
      ({ id }) => id,
      ({ partition }) => partition,
      ({ pos }) => pos,
      ({ no }) => no ?? '',
    ),
    ...columns(
      tick.events,
      ({ partition }) => partition,
      ({ actor }) => actor,
      ({ command }) => command,
      ({ depth }) => depth,
      ({ name }) => name,
      ({ data }) => JSON.stringify(data),
      ({ at }) => at,
    ),
    ...columns(
      tick.positions,
      ([chain]) => chain,
      ([, owner]) => owner,
      ([, , id]) => id,
      ([, , , no]) => no,
      ([, , , , at]) => at,
    ),
    heads.map(({ head }) => head.chain),
    heads.map(({ head }) => head.owner),
    heads.map(({ next }) => next),
    heads.map(({ pos }) => pos),
    ...columns(
      tick.appearances,
      ([person]) => person,
      ([, document]) => document,
    ),
  ];
  const extras = extrasOf(tick, written);
  if (extras.length === 0) return { name: 'commit', text: `${ALWAYS} ${FENCE}`, values };
  const parts = extras.map(({ name, sql, value }) => {
    values.push(value);
    return `${name} as (${sql(`$${values.length}`)})`;
  });
  return { text: `${ALWAYS}, ${parts.join(', ')} ${FENCE}`, values };
}
