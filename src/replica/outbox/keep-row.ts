import { OutboxFull } from '../api.ts';
import type { DeviceDatabase, NewOutboxRow } from '../database/database.ts';
import { isQuotaError } from '../database/quota.ts';
import { withRoom, type Evicted } from '../database/room.ts';

/** Makes a row durable, giving up copies for it where the device is full. Throws `OutboxFull` when even that made no room. */
export async function keepRow(
  db: DeviceDatabase,
  row: NewOutboxRow,
  onEvicted: (evicted: Evicted[]) => void,
): Promise<void> {
  try {
    await withRoom(db, { onEvicted }, () => db.outbox.add(row));
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    throw new OutboxFull('this device has no room left', { cause: error });
  }
}
