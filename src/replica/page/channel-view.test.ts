import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { CHUNK } from '#kernel/records.ts';
import { DeviceDatabase } from '../database/database.ts';
import type { ChunkRow } from '../database/rows.ts';
import { ChannelWindow } from './channel-view.svelte.ts';
import type { Host } from './host.ts';

const chain = 'channel/general';
const db = new DeviceDatabase(ulid(), 'relaxed');

afterEach(() => {
  vi.unstubAllGlobals();
  db.close();
});

/** Some records of a chunk, from its first on. */
function chunkOf(chunk: number, count: number): ChunkRow {
  const records = Array.from({ length: count }, (_, index) => {
    const no = chunk * CHUNK + index;
    return { v: 1, id: `m${no}`, no, by: 'leila', at: no, body: `Entry ${no}.` };
  });
  return { chain, chunk, built: 1, records, people: {}, reactions: {} };
}

/** The device has these chunks, and everything up to the last of their records. */
async function keep(...chunks: ChunkRow[]): Promise<void> {
  await db.chunks.putMany(chunks);
  const next = Math.max(...chunks.flatMap(({ records }) => records.map(({ no }) => no))) + 1;
  await db.chains.put({ chain, community: 'c', pos: 1, next, segments: [{ n: 0, from: 0, to: next }] } as never);
}

test('who stands at the end goes on standing there when told of an older chunk, while a newer one is on the device and not told yet', async () => {
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('requestAnimationFrame', () => 0);
  await keep(chunkOf(0, CHUNK));
  const host = {
    device: db,
    actor: { user: 'ines', name: 'Ines', operator: false, system: false },
    ruling: null,
    rows: [],
    places: null,
    confirmedPlaces: null,
    reachable: true,
    placeOf: () => undefined,
    shown: () => undefined,
    closed: () => undefined,
    missing: () => undefined,
  } as unknown as Host;
  const view = new ChannelWindow(host, 'general', 'end');
  await view.caughtUp();
  expect(view).toMatchObject({ atEnd: true, status: 'ready' });

  await keep(chunkOf(0, CHUNK), chunkOf(1, 20));
  view.hear({ t: 'changed', chain, chunks: [0] });
  await view.caughtUp();
  expect(view.messages).toHaveLength(CHUNK + 20);
  expect(view.atEnd).toBe(true);
  view.close();
});
