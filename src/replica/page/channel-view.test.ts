import 'fake-indexeddb/auto';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { CHUNK } from '#kernel/records.ts';
import { DeviceDatabase } from '../database/database.ts';
import type { ChannelPlace } from '#kernel/places.ts';
import type { ChunkRow } from '../database/rows.ts';
import { ChannelWindow } from './channel-view.svelte.ts';
import type { Host } from './host.ts';

const chain = 'channel/general';
const db = new DeviceDatabase(ulid(), 'relaxed');

afterEach(() => vi.unstubAllGlobals());
afterAll(() => db.close());

function hostOf(place: () => Partial<ChannelPlace> | undefined): Host {
  return {
    device: db,
    actor: { user: 'ines', name: 'Ines', operator: false, system: false },
    ruling: null,
    rows: [],
    places: null,
    confirmedPlaces: null,
    reachable: true,
    placeOf: () => {
      const channel = place();
      return channel && { channel };
    },
    mark: (_channel: string, read: number) => Object.assign(place() ?? {}, { read }),
    shown: () => undefined,
    closed: () => undefined,
    missing: () => undefined,
  } as unknown as Host;
}

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
  const host = hostOf(() => undefined);
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

test('what was missed has its line, also when it stood on the screen before places told of it', async () => {
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('requestAnimationFrame', () => 0);
  await keep(chunkOf(0, 20));
  const place = { next: 10, read: 10 };
  const view = new ChannelWindow(
    hostOf(() => place),
    'general',
    'unread',
  );
  await view.caughtUp();
  expect(view.unreadFrom).toBeNull();
  view.markRead(19);
  place.next = 20;
  view.missed();
  expect(view.unreadFrom).toBe(10);
  view.refresh();

  // What was read in time is not missed.
  view.markRead(24);
  place.next = 25;
  view.refresh();
  place.next = 26;
  place.read = 26;
  view.missed();
  expect(view.unreadFrom).toBe(10);
  view.close();
});
