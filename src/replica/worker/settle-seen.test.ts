import { expect, test } from 'vitest';
import { buildRow } from '#tests/support/outbox-row.ts';
import { buildChannelPlace, buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import type { ChainRow, OutboxRow } from '../database/rows.ts';
import { isSeen } from './settle-seen.ts';

const places = buildPlaces({ communities: [buildCommunityPlace({ pos: 7, channels: [buildChannelPlace()] })] });
const chainAt = (pos: number): ChainRow => ({
  chain: 'channel/general',
  community: 'garden',
  pos,
  next: 1,
  segments: [],
});

const seen = (row: Partial<OutboxRow>, { pos, live = [] }: { pos?: number; live?: string[] } = {}): boolean =>
  isSeen(buildRow({ state: 'accepted', pos: 5, ...row }), {
    places,
    chains: new Map(pos === undefined ? [] : [['channel/general', chainAt(pos)]]),
    isLive: (document) => live.includes(document),
  });

test('a post is seen when its chain has reached it', () => {
  expect(seen({ no: 1 }, { pos: 4 })).toBe(false);
  expect(seen({ no: 1 }, { pos: 5 })).toBe(true);
});

test('A2: what changed a segment the socket keeps current has come before its receipt', () => {
  expect(seen({ no: 1200 }, { pos: 4, live: ['channel/general/1'] })).toBe(true);
  expect(seen({ about: 200 }, { pos: 4, live: ['channel/general/1'] })).toBe(false);
  expect(seen({ about: 200 }, { pos: 4, live: ['channel/general/0'] })).toBe(true);
  expect(seen({}, { pos: 4, live: ['channel/general/0'] })).toBe(false);
});

test('a new channel is seen when places are told as of then', () => {
  expect(seen({ seenIn: 'places', pos: 7 })).toBe(true);
  expect(seen({ seenIn: 'places', pos: 8 })).toBe(false);
  expect(seen({ seenIn: 'places', pos: 8, community: 'left' })).toBe(true);
});

test('nothing that still waits for an answer is taken for seen', () => {
  expect(seen({ state: 'sent', no: 1 }, { pos: 9 })).toBe(false);
  expect(seen({ state: 'refused' }, { pos: 9 })).toBe(false);
});
