import { accountsOnDevice, DeviceDatabase } from '../database/database.ts';
import type { Still } from '../database/rows.ts';

/**
 * What is kept of a path's screen, of every account on this device that may still keep it: which of them is signed in here only the page
 * knows, and it shows no other's.
 * @param now milliseconds, this device's clock
 */
export async function findStills(path: string, version: string, now: number): Promise<Still[]> {
  const rows = await Promise.all(
    (await accountsOnDevice()).map(async (account) => {
      const db = new DeviceDatabase(account, 'relaxed');
      try {
        return await db.stills.get(path);
      } finally {
        db.close();
      }
    }),
  );
  return rows.flatMap((row) => (row?.still?.version === version && now < row.until ? [row.still] : []));
}
