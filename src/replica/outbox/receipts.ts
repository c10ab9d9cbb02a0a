import { NEWER, type Refusal, type RefusalCode } from '#kernel/refusals.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';

/** Refusals that say something about this session or this app, not about the command: it stays and waits. */
const NOT_THE_COMMANDS_FAULT: readonly RefusalCode[] = ['account', 'update'];

/** The shortest wait the device keeps, milliseconds: a server whose clock runs behind must not make it spin. */
const LEAST_WAIT = 250;

/** What one receipt makes of its row; undefined removes it: accepted, and its effect is not something this device shows. */
export function settle(
  row: OutboxRow,
  receipt: Receipt,
  toDeviceTime: (serverTime: number) => number,
  now: number,
): OutboxRow | undefined {
  const { refusal: _refusal, waitUntil: _waitUntil, ...rest } = row;
  if (receipt.ok) {
    if (row.seenIn === null) return undefined;
    return { ...rest, state: 'accepted', pos: receipt.pos, ...(receipt.no === undefined ? {} : { no: receipt.no }) };
  }
  if ('wait' in receipt) {
    return { ...rest, state: 'waiting', waitUntil: Math.max(toDeviceTime(receipt.wait.until), now + LEAST_WAIT) };
  }
  if (NOT_THE_COMMANDS_FAULT.includes(receipt.refused.code)) return { ...rest, state: 'waiting' };
  return { ...rest, state: 'refused', refusal: receipt.refused };
}

export interface Settled {
  /** Own posts that got their place: [channel, no]. */
  placed: [channel: string, no: number][];
  /** Refusals that concern the session or the app. */
  session: RefusalCode[];
}

/** Writes the answers to the outbox in one transaction. Receipts of rows that are gone are late copies and change nothing. */
export async function keepReceipts(
  db: DeviceDatabase,
  receipts: Receipt[],
  toDeviceTime: (serverTime: number) => number,
): Promise<Settled> {
  const settled: Settled = { placed: [], session: [] };
  await db.transaction(['outbox'], async ({ outbox }) => {
    for (const receipt of receipts) {
      const row = await outbox.getBy('id', receipt.id);
      if (!row || row.state === 'accepted') continue;
      const next = settle(row, receipt, toDeviceTime, Date.now());
      if (next) await outbox.put(next);
      else await outbox.delete(row.order);
      if (receipt.ok && receipt.no !== undefined && row.channel) settled.placed.push([row.channel, receipt.no]);
      if (!receipt.ok && 'refused' in receipt && NOT_THE_COMMANDS_FAULT.includes(receipt.refused.code)) {
        settled.session.push(receipt.refused.code);
      }
    }
  });
  return settled;
}

/** Refuses rows on the device itself: what they depend on, or the place they were for, is gone. Their texts are kept. */
export async function refuseRows(db: DeviceDatabase, refused: { id: string; refusal: Refusal }[]): Promise<void> {
  await db.transaction(['outbox'], async ({ outbox }) => {
    for (const { id, refusal } of refused) {
      const row = await outbox.getBy('id', id);
      if (row) await outbox.put({ ...row, state: 'refused', refusal });
    }
  });
}

/**
 * What an older server had no word for waits again once the server is as new as the app that wrote it, and with it what was refused
 * only because of it (C4); under the same ids, for a refusal leaves no trace (C5).
 * @returns whether anything does
 */
export async function offerAgain(db: DeviceDatabase, serverVersion: number): Promise<boolean> {
  const again = new Set<string>();
  await db.transaction(['outbox'], async ({ outbox }) => {
    for (const row of await outbox.getAll()) {
      if (row.state !== 'refused') continue;
      const learnt = row.refusal?.detail === NEWER && row.envelope.version <= serverVersion;
      const follows = row.refusal?.code === 'dependency' && row.envelope.after?.some((id) => again.has(id));
      if (!learnt && !follows) continue;
      again.add(row.id);
      const { refusal: _refusal, ...rest } = row;
      await outbox.put({ ...rest, state: 'waiting' });
    }
  });
  return again.size > 0;
}

/** Marks rows as having left the device, before they do; returns those that still may (a page may have changed them meanwhile). */
export async function markLeaving(db: DeviceDatabase, rows: OutboxRow[]): Promise<OutboxRow[]> {
  return db.transaction(['outbox'], async ({ outbox }) => {
    const current = await outbox.getMany(rows.map((row) => row.order));
    const leaving = current
      .filter((row) => row !== undefined)
      .filter((row) => row.state === 'waiting' || row.state === 'sent')
      .map((row): OutboxRow => ({ ...row, state: 'sent', left: true }));
    await outbox.putMany(leaving);
    return leaving;
  });
}
