import type { ZodType } from 'zod';
import { COMMAND_VERSION, Envelope, MAX_DEPTH, OLDEST_COMMAND_VERSION, type AnyCommand } from '#kernel/commands.ts';
import { isUlid, timeOf } from '#kernel/ids.ts';
import { MAX_COMMAND_BYTES } from '#kernel/limits.ts';
import { NEWER, refuse, type Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Door } from './door.ts';
import { isEnvelope } from './envelope.ts';

/** Days receipts are kept: the longest lease of a copy, and 30 more. What is older could be a repetition nobody can tell. */
export const RECEIPT_DAYS = 365 + 30;
const DAY = 86_400_000;

export type Parsed = { envelope: Envelope; command: AnyCommand } | { id: string; refused: Refusal };

/** A byte that is no UTF-8 is read as a sign of three. */
const WORST_GROWTH = 3;

/** The first two steps of the gate: the shape, and whether this account and device may say it at all. */
export function parseCommand(raw: unknown, registry: Registry, door: Door, now: number, bytes = Infinity): Parsed {
  const parsed = isEnvelope(raw) ? { success: true as const, data: raw } : Envelope.safeParse(raw);
  if (!parsed.success) {
    const id = typeof raw === 'object' && raw !== null && 'id' in raw && isUlid(raw.id) ? raw.id : '';
    const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined;
    return { id, refused: misunderstood(version, parsed.error.issues) };
  }
  const envelope = parsed.data;
  const no = (refused: Refusal): Parsed => ({ id: envelope.id, refused });
  const { system } = door.actor;
  // The server's own senders gather what was measured where it came in.
  if (!system && bytes * WORST_GROWTH > MAX_COMMAND_BYTES && isTooLarge(envelope)) return no(refuse('too_large'));
  if (envelope.account !== door.actor.user) return no(refuse('account'));
  if (door.device !== null && envelope.device !== door.device) return no(refuse('account', 'device'));
  if (envelope.version < OLDEST_COMMAND_VERSION) return no(refuse('update'));
  const command = registry.commands.get(envelope.name);
  if (!command || (command.origin === 'system' && !system)) {
    return no(isNewer(envelope.version) ? newer : refuse('unknown_command'));
  }
  if (timeOf(envelope.id) < now - RECEIPT_DAYS * DAY && !system) return no(refuse('expired'));
  // What the server's own senders say of causes is true; what anybody else says of them is ignored.
  const depth = system ? (envelope.depth ?? 0) : 0;
  if (depth > MAX_DEPTH) return no(refuse('depth'));
  const args = (command.args as ZodType).safeParse(envelope.args);
  if (!args.success) return no(misunderstood(envelope.version, args.error.issues));
  return { envelope: { ...envelope, args: args.data, depth }, command };
}

/** Measured as a device measures it before sending. */
function isTooLarge(envelope: Envelope): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(envelope)) > MAX_COMMAND_BYTES;
  } catch (error) {
    // Nested too deep to be written down: no command has that shape, and it is refused by its shape.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const newer = refuse('unknown_command', NEWER);
const isNewer = (version: unknown): boolean => typeof version === 'number' && version > COMMAND_VERSION;

/** An app that is ahead of this server may say what this server has no word for yet: that is no mistake of the app's. */
function misunderstood(version: unknown, issues: readonly { path: PropertyKey[] }[]): Refusal {
  return isNewer(version) ? newer : refuse('malformed', issues[0]?.path.map(String).join('.'));
}
