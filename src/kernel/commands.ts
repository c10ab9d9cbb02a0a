import * as z from 'zod';
import { isUlid } from './ids.ts';
import { MAX_AFTER } from './limits.ts';
import type { RecordedEvent } from './events.ts';
import type { ReadRecords, RecordRef, Records } from './records.ts';
import type { Verdict } from './refusals.ts';

export * from './limits.ts';

/** The thing a command is about: a community (and a channel in it), or a person. The author finds the segment. */
export interface Target {
  community?: string;
  channel?: string;
  person?: string;
}

/** The writer a command belongs to; one commit may change several documents of one partition and of no other. */
export function partitionOf(target: Target): string {
  if (target.community) return `community/${target.community}`;
  if (target.person) return `person/${target.person}`;
  throw new TypeError('a target names a community or a person');
}

/** What the rules may know of who acts. */
export interface Actor {
  user: string;
  name: string;
  picture?: string;
  operator: boolean;
  /** The server itself: imports, subscribers, jobs. Set by how a command came in, never by what it says. */
  system: boolean;
}

/** What acceptance adds: nothing in it comes from the device unchecked. */
export interface Stamp {
  /** The command's id; a record it makes has the same one unless `args` name it. */
  id: string;
  actor: Actor;
  /** Milliseconds, the server's clock: when it was accepted. On a device: the time it was written. */
  at: number;
  /** Milliseconds, the device's clock within the time it was known to be away; absent when it was written just now. */
  writtenAt?: number;
}

export interface Rules<Args> {
  actor: Actor;
  args: Args;
  records: ReadRecords;
  /** Whether the actor's role grants a permission in the target community, or in one of its channels. */
  can(permission: string, channel?: string): boolean;
  now: number;
}

export interface CommandDefinition<Args> {
  readonly name: string;
  /** Strict own keys; unknown ones are refused. */
  readonly args: z.ZodType<Args>;
  target(args: Args): Target;
  /** Called again with what was found until it asks for nothing new, three rounds at most. */
  needs?(args: Args, records: ReadRecords): RecordRef[];
  /** Pure; run by the device to grey out, by the gate, and by the author right before `apply`. */
  allow(rules: Rules<Args>): Verdict;
  /** What a person wrote in it and others will read: screened before it is accepted. */
  texts?(args: Args): string[];
  /** Which rate it spends. */
  readonly limit?: string;
  /** Whoever is not a member may send it too; every other command on a community is `unavailable` to them. */
  readonly outsiders?: boolean;
  /** `system` commands are refused from every door but the server's own. */
  readonly origin?: 'system';
  /** Pure. Changes records, or refuses and changes nothing. */
  apply(records: Records, args: Args, stamp: Stamp): Verdict;
  /** The facts it records, read from what stands right before `apply`: ids, never text. */
  events?(args: Args, stamp: Stamp, records: ReadRecords): RecordedEvent[];
}

/** A command, whatever its args: parse them with its own schema before anything else is called. */
export interface AnyCommand {
  readonly name: string;
  readonly args: z.ZodType;
  readonly limit?: string;
  readonly outsiders?: boolean;
  readonly origin?: 'system';
  target(args: never): Target;
  needs?(args: never, records: ReadRecords): RecordRef[];
  allow(rules: Rules<never>): Verdict;
  texts?(args: never): string[];
  apply(records: Records, args: never, stamp: Stamp): Verdict;
  events?(args: never, stamp: Stamp, records: ReadRecords): RecordedEvent[];
}

export function defineCommand<Args>(definition: CommandDefinition<Args>): CommandDefinition<Args> {
  return definition;
}

const ulidText = z.string().refine(isUlid, 'not an id');

/** A command on its way. Made on the device, kept in its outbox, sent until it has an answer. */
export const Envelope = z.strictObject({
  id: ulidText,
  account: ulidText,
  name: z.string().min(1).max(64),
  args: z.unknown(),
  /** Milliseconds, the device's clock. */
  at: z.number().int().nonnegative().max(8.64e15),
  device: z.string().min(1).max(64),
  /** The app's command version, so that an old app's commands can be told. */
  version: z.number().int().positive(),
  after: z.array(ulidText).max(MAX_AFTER).optional(),
  cause: z.string().max(80).optional(),
  depth: z.number().int().min(0).max(1000).optional(),
});
export type Envelope = z.infer<typeof Envelope>;

/** What the server itself wants done: an import, a subscriber, a job. */
export interface SystemCommand extends Pick<Envelope, 'id' | 'name' | 'at' | 'cause' | 'depth'> {
  args: unknown;
}
