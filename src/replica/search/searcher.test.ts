import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { buildChannelPlace, buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import { DeviceDatabase } from '../database/database.ts';
import { buildText } from './build-text.ts';
import { Searcher } from './searcher.ts';

const said: [channel: string, body: string][] = [
  ['general', 'Good morning'],
  ['ideas', 'Bees'],
  ['general', 'And good night'],
  ['ideas', 'And a pond'],
];

let db: DeviceDatabase;
beforeEach(async () => {
  db = new DeviceDatabase(ulid(), 'relaxed');
  const channels = ['general', 'ideas'].map((id) => buildChannelPlace({ id, name: id }));
  await db.places.put({
    key: 'places',
    places: buildPlaces({ communities: [buildCommunityPlace({ channels })] }),
    heard: 0,
  });
  for (const { id } of channels) {
    const records = said.flatMap(([channel, body], at) =>
      channel === id ? [{ id: `m${at}`, no: at, v: 1, by: 'ada', body, at }] : [],
    );
    const chain = `channel/${id}`;
    const people = { ada: { name: 'Ada' } };
    await db.texts.put(buildText(chain, 0, { records, people, reactions: [] }));
    await db.chunks.put({ chain, chunk: 0, built: 1, records, people, reactions: {} });
    const segment = { n: 0, bytes: 1, records: records.length, from: 0, to: said.length };
    await db.chains.put({ chain, community: 'garden', pos: 1, next: said.length, segments: [segment] });
  }
});
afterEach(() => db.close());

const find = async (text: string, options = {}) => {
  const { hits, more } = await new Searcher(db).search(text, options);
  return { bodies: hits.map(({ body }) => body), more };
};

test('a channel or a person alone, without a word, brings what was said there or by them last', async () => {
  expect(await find('', { channel: 'general' })).toEqual({ bodies: ['And good night', 'Good morning'], more: false });
  expect(await find('in:ideas')).toEqual({ bodies: ['And a pond', 'Bees'], more: false });
  expect(await find('from:ada', { limit: 3 })).toEqual({
    bodies: ['And a pond', 'And good night', 'Bees'],
    more: true,
  });
});

test('nothing asked is nothing found', async () => {
  expect(await find('')).toEqual({ bodies: [], more: false });
});
