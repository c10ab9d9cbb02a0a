import { expect, test } from 'vitest';
import { buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import { applyPatch, lostAccess } from './patch.ts';

const general = (places: ReturnType<typeof buildPlaces>) => places.communities[0]?.channels[0];

test('heads and read marks only rise, whatever order messages come in', () => {
  const places = buildPlaces();
  const later = applyPatch(places, { version: 5, heads: [['general', 9, 40, [0]]], read: [['general', 7]] });
  expect(general(later)).toMatchObject({ next: 9, pos: 40, read: 7 });
  const stale = applyPatch(later, { version: 3, heads: [['general', 4, 20, [0]]], read: [['general', 2]] });
  expect(general(stale)).toMatchObject({ next: 9, pos: 40, read: 7 });
  expect(stale.version).toBe(5);
});

test('a community told anew keeps a head that is further here', () => {
  const places = applyPatch(buildPlaces(), { version: 5, heads: [['general', 9, 40, [0]]] });
  const renamed = buildCommunityPlace({ name: 'Herb garden' });
  const after = applyPatch(places, { version: 6, communities: [renamed] });
  expect(after.communities[0]?.name).toBe('Herb garden');
  expect(general(after)).toMatchObject({ next: 9, pos: 40 });
});

test('O7: a channel that vanished and a community that was left are lost', () => {
  const before = buildPlaces();
  const without = applyPatch(before, { version: 2, communities: [buildCommunityPlace({ channels: [] })] });
  expect(lostAccess(before, without)).toEqual({ communities: [], channels: ['general'] });
  const left = applyPatch(before, { version: 2, left: ['garden'] });
  expect(left.communities).toEqual([]);
  expect(lostAccess(before, left)).toEqual({ communities: ['garden'], channels: ['general'] });
});

test('a community one joins is added', () => {
  const after = applyPatch(buildPlaces(), {
    version: 2,
    communities: [buildCommunityPlace({ id: 'choir', channels: [] })],
  });
  expect(after.communities.map(({ id }) => id)).toEqual(['garden', 'choir']);
});

test('how many are here follows whoever joins and leaves', () => {
  const after = applyPatch(buildPlaces(), { version: 2, members: [['garden', 41, 57]] });
  expect(after.communities[0]).toMatchObject({ members: 41, nextMember: 57 });
  const fewer = applyPatch(after, { version: 3, members: [['garden', 40, 50]] });
  expect(fewer.communities[0]).toMatchObject({ members: 40, nextMember: 57 });
});
