import { expect, test } from 'vitest';
import type { ChannelPlace, CommunityPlace } from '#kernel/places.ts';
import { categoryPlacings, moveCategory, moveLine, orderLines, placings } from './order.ts';

const channel = (id: string, category: string | null, position: number) =>
  ({ id, name: id, category, position, archived: false }) as ChannelPlace;
const community = {
  categories: [
    { id: 'weeks', name: 'Weeks', position: 1 },
    { id: 'start', name: 'Start', position: 0 },
  ],
  channels: [
    channel('two', 'weeks', 1),
    channel('one', 'weeks', 0),
    channel('hall', null, 0),
    channel('lost', 'gone', 1),
    channel('hello', 'start', 0),
  ],
} as CommunityPlace;

test('channels stand under their category, those outside any first', () => {
  expect(orderLines(community).map((line) => line.id)).toEqual([
    'hall',
    'lost',
    'start',
    'hello',
    'weeks',
    'one',
    'two',
  ]);
});

test('a channel put under another heading moves there, and what came after it closes up', () => {
  const lines = orderLines(community);
  const moved = moveLine(
    lines,
    lines.findIndex((line) => line.id === 'one'),
    lines.findIndex((line) => line.id === 'hello'),
  );
  expect(placings(moved)).toEqual([
    { channel: 'lost', category: null, position: 1 },
    { channel: 'one', category: 'start', position: 0 },
    { channel: 'hello', category: 'start', position: 1 },
    { channel: 'two', category: 'weeks', position: 0 },
  ]);
});

test('nothing is told to the server when nothing moved', () => {
  const orderly = { ...community, channels: community.channels.filter((one) => one.id !== 'lost') };
  expect(placings(orderLines(orderly))).toEqual([]);
});

test('a category moves with its channels, which are not told of it', () => {
  const moved = moveCategory(community, 'weeks', 0);
  expect(moved.map(({ id }) => id)).toEqual(['weeks', 'start']);
  expect(categoryPlacings(moved)).toEqual([
    { id: 'weeks', position: 0 },
    { id: 'start', position: 1 },
  ]);
});

test('a category that is put where it stands, past the end, or is gone, moves nothing', () => {
  expect(categoryPlacings(moveCategory(community, 'start', 0))).toEqual([]);
  expect(categoryPlacings(moveCategory(community, 'weeks', 9))).toEqual([]);
  expect(categoryPlacings(moveCategory(community, 'gone', 0))).toEqual([]);
});
