import type * as z from 'zod';

/**
 * Where records of a kind live.
 * - `chain`: in the Yjs documents `<chain>/<owner>/<n>`, an array in order of acceptance; every record has a rising `no`.
 * - `keyed`: in a map of the chain segment that holds the record they hang on (reactions on a message).
 * - `row`: in a table of the author's own database, held in memory as facts; people see them through places and queries.
 */
export type Storage = 'chain' | 'keyed' | 'row';

export interface ChainRecord {
  id: string;
  no: number;
}

/** A kind of record, whatever its shape. */
export interface AnyRecordKind {
  readonly kind: string;
  readonly storage: Storage;
  /** Current version of the shape; records carry it as `v` where they are documents. */
  readonly version: number;
  readonly schema: z.ZodType;
  /** chain and keyed: the document kind, for example `channel`. */
  readonly chain?: string;
  /** keyed: how many of them are named on one record; above that a count stands for the rest. */
  readonly most?: number;
  /** row: its table. Columns are the snake_case of the fields. */
  readonly table?: string;
  /** row: the fields that are the primary key, the owner first. */
  readonly key?: readonly string[];
  /** row: fields that may be null; the other columns that are null are absent from the record. */
  readonly nullable?: readonly string[];
  /** row: fields SQL keeps as bigint, which the driver hands over as text. */
  readonly numbers?: readonly string[];
  /** row: the whole table of an owner is loaded with its partition; otherwise row by row, when a command needs it. */
  readonly eager?: boolean;
  /** Whose names and pictures must stand beside this record (chain). */
  readonly people?: (record: never) => string[];
  /** row: the name and picture a record gives to whoever it is about, for `people`. */
  readonly names?: (record: never) => { name: string; picture?: string };
  /** row: what everyone who may open `chain` sees of it, as a record of that chain; null removes it there. */
  readonly published?: { chain: string; of: (record: never) => PublishedRecord | null };
}

export interface RecordKind<T> extends AnyRecordKind {
  readonly schema: z.ZodType<T>;
  readonly key?: readonly (keyof T & string)[];
  readonly nullable?: readonly (keyof T & string)[];
  readonly numbers?: readonly (keyof T & string)[];
  readonly people?: (record: T) => string[];
  readonly names?: (record: T) => { name: string; picture?: string };
  readonly published?: { chain: string; of: (record: T) => PublishedRecord | null };
}

export type PublishedRecord = { id: string; no: number } & Record<string, unknown>;

export function defineRecord<T>(kind: RecordKind<T>): RecordKind<T> {
  return kind;
}

/** A record a command wants at hand. `exists` asks only whether it is there, without loading the document that holds it. */
export interface RecordRef {
  kind: AnyRecordKind;
  owner: string;
  id: string;
  mode?: 'load' | 'exists';
}

export function ref<T>(kind: RecordKind<T>, owner: string, id: string, mode: RecordRef['mode'] = 'load'): RecordRef {
  return { kind, owner, id, mode };
}

/** What rules may look at: the confirmed records as this side knows them. */
export interface ReadRecords {
  get<T>(kind: RecordKind<T>, owner: string, id: string): T | undefined;
  /** Whether an id is taken, also where only its place is known. */
  has<T>(kind: RecordKind<T>, owner: string, id: string): boolean;
  /** Eager rows of an owner. */
  all<T>(kind: RecordKind<T>, owner: string): T[];
}

/** What `apply` changes: the author's documents and tables on the server, plain objects in the overlay on a device. */
export interface Records extends ReadRecords {
  /** Adds to the end of a chain and gives the record its `no`. */
  append<T extends ChainRecord>(kind: RecordKind<T>, owner: string, record: Omit<T, 'no'>): T;
  /** Sets a row or a keyed record, or replaces a chain record in its place. */
  put<T>(kind: RecordKind<T>, owner: string, id: string, record: T): void;
  remove<T>(kind: RecordKind<T>, owner: string, id: string): void;
  /** Brings a person's name and picture up to date in a document that shows them. The author's own; no device has it. */
  showPerson?(document: string, person: string, shown: ShownPerson): void;
}

/** What stands beside records of whoever they are by. */
export interface ShownPerson {
  name: string;
  picture?: string;
}

/** How many records a segment of a chain holds; fixed, so that a `no` names its segment without a look-up. */
export const SEGMENT = 1000;

/** How many records a chunk of the device's view holds; a divisor of `SEGMENT`. */
export const CHUNK = 100;

/** A keyed record hangs on a chain record of the same owner; its id says on which. */
export const KEY_SEPARATOR = ' ';

export const segmentOf = (no: number): number => Math.floor(no / SEGMENT);
export const chunkOf = (no: number): number => Math.floor(no / CHUNK);
