import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { SystemCommand } from '#kernel/commands.ts';
import { ulidFrom } from '#kernel/ids.ts';
import type { EffectsTransaction, WantedCommand } from '#kernel/subscribers.ts';
import type { SubmitAsSystem } from '../system-door.ts';

/** Commands sent together. Few: people's commands stand in the same queues. */
const BATCH = 20;
/** Milliseconds before a command that has to wait is tried again, at least. */
const SOON = 50;

export interface Reason {
  subscriber: string;
  /** What it was: an event's place, or a name given by whoever wants it. The same reason gives the same ids. */
  cause: string;
  at: number;
  depth: number;
}

/** Writes down commands in the transaction that knows they are wanted. Wanted twice for one reason is once. */
export async function writeWanted(
  tx: EffectsTransaction,
  reason: Reason,
  wanted: readonly WantedCommand[],
): Promise<void> {
  if (wanted.length === 0) return;
  const commands = wanted.map(({ name, args }, n): SystemCommand => {
    const { cause, at, depth } = reason;
    return { id: idOf(reason, n), name, args, at, cause: cause.slice(0, 80), depth };
  });
  await tx.query(
    `insert into wanted_commands (id, subscriber, command)
     select x.command->>'id', $1, x.command from jsonb_array_elements($2::jsonb) with ordinality x(command, place)
     order by x.place on conflict (id) do nothing`,
    [reason.subscriber, JSON.stringify(commands)],
  );
}

function idOf({ subscriber, cause, at }: Reason, n: number): string {
  return ulidFrom(createHash('sha256').update(`${subscriber} ${cause} ${n}`).digest(), at);
}

/**
 * Sends what a subscriber wants, in order, until nothing is left. A crash between an answer and its deletion sends a command
 * again, which its id makes harmless (C1). One that is refused is logged and dropped: nobody could mend it.
 */
export async function sendWanted(
  { pool, submit, log }: { pool: pg.Pool; submit: SubmitAsSystem; log: Logger },
  subscriber: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await pool.query<{ command: SystemCommand }>(
      'select command from wanted_commands where subscriber = $1 order by n limit $2',
      [subscriber, BATCH],
    );
    if (rows.length === 0) return;
    const started = Date.now();
    const receipts = await submit(rows.map(({ command }) => command));
    const over: string[] = [];
    let until = 0;
    receipts.forEach((receipt, index) => {
      if ('wait' in receipt) {
        until = Math.max(until, receipt.wait.until);
        return;
      }
      over.push(receipt.id);
      if (!receipt.ok) {
        const command = rows[index]?.command;
        log.warn(
          { subscriber, command: command?.name, id: receipt.id, code: receipt.refused.code, cause: command?.cause },
          'a wanted command was refused',
        );
      }
    });
    await pool.query('delete from wanted_commands where id = any($1)', [over]);
    // As long a rest as the work took: whatever people send meanwhile has half of the author at least.
    const rest = until > 0 ? Math.max(until - Date.now(), SOON) : Date.now() - started;
    await restFor(rest, signal);
  }
}

/** Ends early, without an error, when everything ends. */
export async function restFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
