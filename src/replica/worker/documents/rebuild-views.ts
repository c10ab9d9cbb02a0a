import type { DeviceDatabase } from '../../database/database.ts';
import { BUILT } from '../../view/build-chunks.ts';
import type { Documents } from './documents.ts';

const KEY = 'built';

/** After an update of the app that builds the view differently: builds it again from the documents, newest segments first. */
export async function rebuildViews(db: DeviceDatabase, documents: Documents): Promise<void> {
  const built = (await db.settings.get(KEY))?.value;
  if (built === BUILT) return;
  if (built !== undefined) {
    const rows = await db.chains.getAll();
    const segments = rows.flatMap(({ chain, segments: kept }) =>
      kept.map(({ n, to }) => ({ name: `${chain}/${n}`, to })),
    );
    for (const { name } of segments.sort((a, b) => b.to - a.to)) {
      (await documents.open(name)).rebuild();
      await documents.flush();
    }
  }
  await db.settings.put({ key: KEY, value: BUILT });
}
