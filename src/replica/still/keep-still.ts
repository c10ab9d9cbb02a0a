import type { DeviceDatabase } from '../database/database.ts';
import type { Still } from '../database/rows.ts';
import { firstLeaseEnds } from '../places/leases.ts';

/** More than somebody goes back and forth between; each is some 80 KB. */
const MOST = 6;

/**
 * Keeps what is drawn of a path's screen, unless something it is drawn from changes meanwhile: the row is there before the drawing begins,
 * and every change takes it away (O8). What was kept of the path stays true until then, and stands in the row: of a page that goes the
 * drawing may never end. Where nothing can be drawn, it goes.
 */
export async function keepStill(db: DeviceDatabase, path: string, draw: () => Promise<Still | null>): Promise<void> {
  const taken = Date.now();
  await db.transaction(['stills'], async ({ stills }) => {
    const before = await stills.get(path);
    await stills.put({ path, until: 0, still: null, ...before, taken });
  });
  const [still, known] = await Promise.all([draw(), db.places.get('places')]);
  if (!still || !known) return db.stills.delete(path);
  const until = firstLeaseEnds(known.places.communities, known.heard);
  await db.transaction(['stills'], async ({ stills }) => {
    const rows = (await stills.getAll()).sort((a, b) => b.taken - a.taken);
    const begun = rows.some((row) => row.path === path && row.taken === taken);
    await stills.deleteMany(rows.slice(MOST).map((row) => row.path));
    if (begun) await stills.put({ path, taken, until, still });
  });
}
