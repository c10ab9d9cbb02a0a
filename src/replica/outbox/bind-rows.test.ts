import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { DeviceDatabase } from '../database/database.ts';
import { bindRows } from './bind-rows.ts';

test('C1, C6: what waits goes out under the id that the device has now, each under its own id', async () => {
  const db = new DeviceDatabase(ulid(), 'relaxed');
  const rows = [
    buildRow({ order: 1, state: 'sent' }),
    buildRow({ order: 2 }),
    buildRow({ order: 3, state: 'accepted' }),
  ];
  await db.outbox.putMany(rows);
  await bindRows(db, 'phone-again');
  const kept = await db.outbox.getAll();
  expect(kept.map(({ envelope }) => envelope.device)).toEqual(['phone-again', 'phone-again', 'phone']);
  expect(kept.map(({ id, envelope }) => [id, envelope.id])).toEqual(rows.map(({ id }) => [id, id]));
  db.close();
});
