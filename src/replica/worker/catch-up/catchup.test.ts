import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import type { CatchupRequest } from '#kernel/wire.ts';
import { Table } from '#replica/database/table.ts';
import type { ChunkRow } from '#replica/database/rows.ts';
import { ChainAuthor } from '#tests/support/chain-author.ts';
import { TestDevice } from '#tests/support/device.ts';
import { catchUp, wantedOf, type CatchupTools } from './catchup.ts';
import { missingSegments, unwantedSegments } from './fill.ts';
import { readFrames } from '../frames.ts';

const devices: TestDevice[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const device of devices.splice(0)) {
    expect(device.troubles).toEqual([]);
    await device.erase();
  }
});

/** A device and the server it catches up with; `asked` holds what it asked. */
function buildPair({ budget }: { budget?: number } = {}) {
  const device = new TestDevice();
  devices.push(device);
  const author = new ChainAuthor();
  const asked: CatchupRequest[] = [];
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    const request = JSON.parse(String(init.body)) as CatchupRequest;
    asked.push(request);
    return new Response(author.answer({ ...request, ...(budget ? { budget } : {}) }) as Uint8Array<ArrayBuffer>);
  });
  const tools: CatchupTools = {
    db: device.db,
    documents: device.documents,
    epoch: () => 'first',
    head: (chain) => ({ chain, pos: author.pos, next: author.next }),
    isLive: () => false,
    onClosed: async () => undefined,
    onProgress: async () => undefined,
  };
  const follow = async (): Promise<void> => {
    const wanted = wantedOf(
      { chain: author.chain, pos: author.pos, next: author.next },
      await device.db.chains.get(author.chain),
    );
    if (wanted) await catchUp(tools, [wanted], new AbortController().signal);
  };
  const fetchSegments = (segments: number[]): Promise<void> =>
    catchUp(tools, [{ chain: 'channel', owner: author.channel, pos: 0, segments }], new AbortController().signal);
  return { device, author, asked, follow, fetchSegments };
}

test('P2: a new device gets the newest segment and knows where it stands', async () => {
  const { device, author, follow } = buildPair();
  author.skipTo(2500);
  author.post('newest');
  await follow();
  expect(await device.bodies(author.chain)).toEqual(['newest']);
  expect(await device.db.chains.get(author.chain)).toMatchObject({ pos: author.pos, next: 2501 });
});

test('P2: a device that was away gets what it missed, also in segments begun since', async () => {
  const { device, author, follow, asked } = buildPair();
  author.skipTo(990);
  const first = author.post('before');
  await follow();
  for (let at = 0; at < 15; at++) author.post(`missed ${at}`);
  author.edit(first, 'before, changed');
  await follow();
  expect(await device.bodies(author.chain)).toEqual(author.bodies());
  expect(asked.at(-1)?.chains).toEqual([{ chain: 'channel', owner: author.channel, pos: 1, from: 0 }]);
  await follow();
  expect(asked).toHaveLength(2);
});

test('an answer cut at the budget is asked on from where it stopped, and nothing is missing or doubled', async () => {
  const { device, author, follow, asked } = buildPair({ budget: 300 });
  author.post('first');
  await follow();
  for (let at = 0; at < 40; at++) author.post(`missed ${at}`);
  await follow();
  expect(asked.length).toBeGreaterThan(3);
  expect(await device.bodies(author.chain)).toEqual(author.bodies());
  expect((await device.db.chains.get(author.chain))?.pos).toBe(author.pos);
});

test('an older segment is shown only when all of it has come', async () => {
  const { device, author, follow, fetchSegments } = buildPair({ budget: 200 });
  for (let at = 0; at < 30; at++) author.post(`old ${at}`);
  author.skipTo(1000);
  author.post('new');
  await follow();
  const seen: number[] = [];
  const put = vi.spyOn(Table.prototype, 'putMany');
  await fetchSegments([0]);
  for (const [rows] of put.mock.calls as [Partial<ChunkRow>[]][])
    for (const { chunk, records } of rows) if (chunk === 0 && records) seen.push(records.length);
  put.mockRestore();
  expect(seen).toEqual([30]);
  expect(await device.bodies(author.chain)).toEqual(author.bodies());
});

test('P4: a snapshot that replaced the log replaces what the device had', async () => {
  const { device, author, follow } = buildPair();
  const id = author.post('to be erased');
  author.post('stays');
  await follow();
  author.erase(id);
  author.compact(0);
  author.post('later');
  await follow();
  expect(await device.bodies(author.chain)).toEqual(['stays', 'later']);
  expect(await device.everything()).not.toContain('to be erased');
});

test('updates of a segment the device does not keep are left alone: alone they would be a document with holes', async () => {
  const { device, author, follow } = buildPair();
  const old = author.post('old');
  author.skipTo(1000);
  author.post('new');
  author.skipTo(2000);
  author.post('newest');
  await follow();
  author.react(old, '🌱', 'cleo');
  await follow();
  expect(await device.bodies(author.chain)).toEqual(['newest']);
});

const segment = (n: number, to: number, from = to) => ({ n, bytes: 1, records: 1000, from, to });
const day = 86_400_000;
const chain = (segments: ReturnType<typeof segment>[], stop?: number) => ({
  chain: 'channel/x',
  community: 'c',
  pos: 1,
  next: 1,
  segments,
  ...(stop === undefined ? {} : { stop }),
});

test('older history is fetched newest first, and holes before anything older', () => {
  expect(missingSegments(chain([segment(9, 1)]), 'everything', 0)).toEqual([8, 7, 6, 5, 4]);
  expect(missingSegments(chain([segment(3, 1), segment(9, 1)]), 'everything', 0)).toEqual([8, 7, 6, 5, 4]);
  expect(missingSegments(chain([segment(3, 1), segment(4, 1)]), 'everything', 0)).toEqual([2, 1, 0]);
  expect(missingSegments(chain([segment(0, 1), segment(1, 1)]), 'everything', 0)).toEqual([]);
});

test('what was evicted for want of room is not fetched again, nor what a policy does not keep', () => {
  expect(missingSegments(chain([segment(9, 1)], 7), 'everything', 0)).toEqual([8, 7]);
  const now = 100 * day;
  expect(missingSegments(chain([segment(9, now, now - 40 * day)]), '30days', now)).toEqual([]);
  expect(missingSegments(chain([segment(9, now, now - 20 * day)]), '30days', now)).toEqual([8, 7, 6, 5, 4]);
  expect(missingSegments(chain([segment(9, now)]), 'nothing', now)).toEqual([]);
});

test('a policy drops what is older than it, never the newest segment', () => {
  const now = 100 * day;
  const row = chain([segment(0, 1), segment(1, now - 35 * day), segment(2, now - 34 * day)]);
  expect(unwantedSegments(row, '30days', now)).toEqual([0, 1]);
  expect(unwantedSegments(row, '90days', now)).toEqual([0]);
  expect(unwantedSegments(row, 'everything', now)).toEqual([]);
});

test('a format of a newer server is refused, not guessed at', () => {
  expect(() => readFrames(new Uint8Array([2, 0]))).toThrow('format 2');
  expect(() => readFrames(new Uint8Array([1, 0, 9]))).toThrow('frame 9');
});
