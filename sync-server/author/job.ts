import type { Actor, AnyCommand, Envelope, Stamp } from '#kernel/commands.ts';
import type { ReadRecords } from '#kernel/records.ts';
import type { Verdict } from '#kernel/refusals.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { RowChange } from './tick.ts';

/** A judged command on its way into a commit. */
export interface Job {
  envelope: Envelope;
  command: AnyCommand;
  actor: Actor;
  partition: string;
  stamp: Stamp;
  /** Jobs with the same order are applied in the order they came. */
  order: string;
  /** Runs the rules on what stands now; the same code that ran in the gate. May throw `Missing`. */
  allow(records: ReadRecords): Verdict;
  /** After the database refused a commit it was in: the part of that commit it is tried with again. */
  suspects?: symbol;
  /** It was accepted before it came in. */
  repeated?: boolean;
  /** It was in a commit of which nobody knows whether it went through: its receipt is asked for first. */
  unclear?: boolean;
  /** It waits beside the batches; whatever batch it was in has nothing more to do with it. */
  aside?: boolean;
  answer(receipt: Receipt): void;
  /** The same command, sent again while this one was under way. */
  twins?: Job[];
}

/** Hears of every commit, after it is durable, in order. */
export interface Publisher {
  publish(name: string, update: Uint8Array): void;
  /** Comes after the update that sealed it and before the first one of its successor. */
  sealed(segment: { kind: string; owner: string; n: number }): void;
  /** Whether a commit on these went through is not known: the log says. */
  unclear(names: readonly string[]): Promise<void>;
}

/** What a commit changed, told after it is durable and the replicas have it. */
export interface Committed {
  rows: RowChange[];
  documents: { partition: string; name: string; owner: string; next: number; pos: number }[];
  /** How many commands it contains, and how long the database took. */
  commands: number;
  milliseconds: number;
}
