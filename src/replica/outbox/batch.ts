import type { Envelope } from '#kernel/commands.ts';
import { MAX_COMMAND_BYTES } from '#kernel/limits.ts';
import { refuse, type Refusal } from '#kernel/refusals.ts';
import { MAX_BATCH, MAX_FRAME_BYTES } from '#kernel/wire.ts';
import type { OutboxRow } from '../database/rows.ts';

/** Room for what surrounds the commands in a frame. */
const FRAME_MARGIN = 1024;
const bytesOf = (envelope: Envelope): number => new TextEncoder().encode(JSON.stringify(envelope)).length + 1;

export interface Batch {
  rows: OutboxRow[];
  /** What can never be sent, with the reason: it is refused on the device. */
  refused: { id: string; refusal: Refusal }[];
  /** When the next row that waits may be sent, milliseconds; null when nothing waits for a time. */
  wakeAt: number | null;
}

/**
 * What to send next: in order per target (C3), nothing before what it depends on (C4), never past the limits of a frame.
 * `inFlight` are ids that were sent on this connection and have no answer yet.
 */
export function nextBatch(
  rows: OutboxRow[],
  now: number,
  inFlight: ReadonlySet<string>,
  room: number = MAX_BATCH,
): Batch {
  const batch: Batch = { rows: [], refused: [], wakeAt: null };
  const blockedTargets = new Set<string>();
  const standing = new Map(rows.map((row) => [row.id, row]));
  const going = new Set<string>();
  const dead = new Set<string>();
  let bytes = FRAME_MARGIN;

  for (const row of [...rows].sort((a, b) => a.order - b.order)) {
    if (row.state === 'accepted' || row.state === 'refused' || inFlight.has(row.id)) continue;
    const after = (row.envelope.after ?? []).map((id) => standing.get(id)).filter((other) => other !== undefined);
    if (after.some((other) => other.state === 'refused' || dead.has(other.id))) {
      dead.add(row.id);
      batch.refused.push({ id: row.id, refusal: refuse('dependency') });
      continue;
    }
    const size = bytesOf(row.envelope);
    if (size > MAX_COMMAND_BYTES) {
      dead.add(row.id);
      batch.refused.push({ id: row.id, refusal: refuse('too_large') });
      continue;
    }
    if (row.waitUntil !== undefined && row.waitUntil > now) {
      batch.wakeAt = Math.min(batch.wakeAt ?? Infinity, row.waitUntil);
      blockedTargets.add(row.target);
    }
    const held = after.some((other) => other.state === 'waiting' && !going.has(other.id) && !inFlight.has(other.id));
    if (held) blockedTargets.add(row.target);
    if (blockedTargets.has(row.target)) continue;
    if (batch.rows.length >= Math.min(room, MAX_BATCH) || bytes + size > MAX_FRAME_BYTES) break;
    bytes += size;
    going.add(row.id);
    batch.rows.push(row);
  }
  return batch;
}
