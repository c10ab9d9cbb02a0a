import type { Envelope } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { ChainRecord } from '#kernel/records.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { KeepPolicy } from '../api.ts';

/** `channel/<id>` or `members/<id>`: a document's name without its segment. */
export type ChainName = string;

/** The complete state of one document at some time; `updates` rows come on top. */
export interface SnapshotRow {
  doc: string;
  bytes: Uint8Array;
}

export interface UpdateRow {
  doc: string;
  /** Rises within a document; order does not matter to Yjs, only that keys differ. */
  seq: number;
  bytes: Uint8Array;
}

export interface Person {
  name: string;
  picture?: string;
}

export interface StoredReaction {
  emoji: string;
  count: number;
  mine: boolean;
  names: string[];
}

/** A record as the view keeps it; what a slice adds to it is read where it is shown. */
export type StoredRecord = ChainRecord & { v?: number } & Record<string, unknown>;

/** 100 consecutive `no` of a chain with everything the first paint needs. */
export interface ChunkRow {
  chain: ChainName;
  chunk: number;
  /** The version of what built it: rows of another version are built again from the document. */
  built: number;
  records: StoredRecord[];
  people: Record<string, Person>;
  /** By message. */
  reactions: Record<string, StoredReaction[]>;
}

/** The text of one segment for searching: `text` holds one lower-cased line per record, each after a line break. */
export interface TextRow {
  chain: ChainName;
  n: number;
  text: string;
  nos: Uint32Array;
  at: Float64Array;
  /** Index into `people` per line. */
  by: Uint16Array;
  people: { id: string; name: string }[];
}

export interface KeptSegment {
  n: number;
  bytes: number;
  records: number;
  /** Milliseconds of the oldest and newest record, 0 when it has none. */
  from: number;
  to: number;
}

export interface ChainRow {
  chain: ChainName;
  community: string;
  /** Everything up to here is on the device for the kept segments (P2). */
  pos: number;
  /** The `no` after the last one on this device. */
  next: number;
  segments: KeptSegment[];
  /** Older segments than this are not wanted by the keep policy: what was found there was older than it allows. */
  stop?: number;
}

export type OutboxState = 'waiting' | 'sent' | 'accepted' | 'refused';

/** The order of a row that is being written to the disk: behind all that are there. */
export const NOT_KEPT = Number.MAX_SAFE_INTEGER;

/** A command on its way, and what the device needs to show and order it. */
export interface OutboxRow {
  /** Rises with every write of any tab: the order commands are sent in. */
  order: number;
  id: string;
  envelope: Envelope & { args: Record<string, unknown> };
  /** What commands are ordered by: a channel, a community or a person. */
  target: string;
  community: string | null;
  channel: string | null;
  state: OutboxState;
  /** It left this device once: from then on it is immutable (O2). */
  left: boolean;
  refusal?: Refusal;
  /** Milliseconds, this device's clock. */
  waitUntil?: number;
  /** Set with `accepted`. */
  pos?: number;
  no?: number;
  /** Where its effect will be seen: a chain, `places`, or nowhere on this device. */
  seenIn: ChainName | 'places' | null;
  /** The `no` of the record it changes, when that was known. */
  about?: number;
  /** Ids it makes; a command that names one of them depends on it. */
  creates: string[];
  text: string | null;
  place: string;
}

export interface DraftRow {
  channel: string;
  text: string;
}

/** A read mark the server has not told us back yet. */
export interface MarkRow {
  channel: string;
  read: number;
}

export interface PlacesRow {
  key: 'places';
  places: Places;
  /** Milliseconds, this device's clock: the last word from the server, for the offline lease. */
  heard: number;
  /** The same of the last time the server was heard after it could not be: what is new since was missed. */
  back?: number;
}

export interface SettingRow {
  key: string;
  value: unknown;
}

/** What a channel's screen showed last: markup that the service worker puts before the app, and that a page takes away when it has painted. */
export interface Still {
  /** The version of the app that drew it; its parts fit no other. */
  version: string;
  html: string;
  /** Of the styles in it, as a Content-Security-Policy names them. */
  hashes: string[];
}

export interface StillRow {
  path: string;
  /** Milliseconds, this device's clock. */
  taken: number;
  /** The same, from when on the copies it shows may no longer be kept. */
  until: number;
  /** Null while it is drawn for the first time: whatever changes meanwhile takes the row away. */
  still: Still | null;
}

/** What a person wants kept of a community. */
export interface KeptRow {
  community: string;
  policy: KeepPolicy;
}
