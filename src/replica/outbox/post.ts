import type { Receipt } from '#kernel/wire.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { nextBatch } from './batch.ts';
import { keepReceipts, markLeaving, refuseRows, type Settled } from './receipts.ts';

/**
 * What came of sending the outbox by HTTP.
 * - `sent`: nothing is left that could be sent now. - `offline`: no answer came; everything stays.
 * - `locked`: no session, or another account's; everything stays. - `busy`: the server asked to come later.
 */
export type PostOutcome = { what: 'sent'; wakeAt: number | null } | { what: 'offline' | 'locked' | 'busy' };

export interface PostOptions {
  fetch?: typeof fetch;
  toDeviceTime?: (serverTime: number) => number;
  onSettled?: (settled: Settled) => void;
}

/** Sends the outbox by `POST /api/commands`, batch after batch. The caller holds the account's flush lock. */
export async function postOutbox(db: DeviceDatabase, options: PostOptions = {}): Promise<PostOutcome> {
  const { fetch: send = fetch, toDeviceTime = (time: number) => time, onSettled } = options;
  for (;;) {
    const batch = nextBatch(await db.outbox.getAll(), Date.now(), new Set());
    if (batch.refused.length > 0) {
      await refuseRows(db, batch.refused);
      onSettled?.({ placed: [], session: [] });
      continue;
    }
    const rows = await markLeaving(db, batch.rows);
    if (rows.length === 0) {
      if (batch.rows.length > 0) continue;
      return { what: 'sent', wakeAt: batch.wakeAt };
    }
    const answer = await postCommands(send, JSON.stringify({ commands: rows.map((row) => row.envelope) }));
    if (!Array.isArray(answer)) return answer;
    const settled = await keepReceipts(db, answer, toDeviceTime);
    onSettled?.(settled);
    if (settled.session.length > 0) return { what: 'locked' };
  }
}

async function postCommands(send: typeof fetch, body: string): Promise<Receipt[] | PostOutcome> {
  let response: Response;
  try {
    response = await send('/api/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      credentials: 'same-origin',
    });
  } catch (error) {
    // fetch rejects with TypeError for every failure of the network; anything else is ours.
    if (error instanceof TypeError) return { what: 'offline' };
    throw error;
  }
  if (response.status === 401 || response.status === 403 || response.status === 409) return { what: 'locked' };
  if (!response.ok) return { what: 'busy' };
  return ((await response.json()) as { receipts: Receipt[] }).receipts;
}
