import { OutboxFull } from '../api.ts';
import type { NewOutboxRow } from '../database/database.ts';
import type { Device } from '../database/device.ts';
import { isQuotaError } from '../database/quota.ts';
import type { Evicted } from '../database/room.ts';

/** Makes a row durable, giving up copies for it where the device is full. Throws `OutboxFull` when even that made no room. */
export async function keepRow(
  device: Device,
  row: NewOutboxRow,
  onEvicted: (evicted: Evicted[]) => void,
): Promise<void> {
  try {
    // What makes room comes with the database that writes: a page that only reads needs neither.
    const [db, { withRoom }] = await Promise.all([device.write(), import('../database/room.ts')]);
    await withRoom(db, { onEvicted }, () => db.outbox.add(row));
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    throw new OutboxFull('this device has no room left', { cause: error });
  }
}
