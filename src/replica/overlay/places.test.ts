import { expect, test } from 'vitest';
import { createRegistry } from '#kernel/registry.ts';
import { ulid } from '#kernel/ids.ts';
import { slices } from '#features/slices.ts';
import type { Places } from '#kernel/places.ts';
import { buildRow } from '#tests/support/outbox-row.ts';
import { buildChannelPlace, buildCommunityPlace, buildPlaces } from '#tests/support/places.ts';
import { dependencies, effectOf, makeRow } from '../outbox/make-row.ts';
import type { OutboxRow } from '../database/rows.ts';
import { judge } from './judge.ts';
import { PlacesGround, predictPlaces } from './places-ground.ts';
import { predict } from './predict.ts';

const registry = createRegistry(slices);
const ada = '01J00000000000000000000000';
const actor = { user: ada, name: 'Ada', operator: false, system: false };
const nothing = { get: () => undefined, all: () => [] };
const [garden, general, ideas] = [ulid(), ulid(), ulid()];

const owned = (): Places =>
  buildPlaces({
    communities: [
      buildCommunityPlace({
        id: garden,
        role: 'owner',
        rank: 100,
        permissions: ['channels.manage', 'messages.post', 'messages.react'],
        channels: [buildChannelPlace({ id: general, next: 12, read: 4, pos: 30 })],
      }),
    ],
  });

const row = (name: string, args: Record<string, unknown>, rest: Partial<OutboxRow> = {}) =>
  buildRow({ name, args: { community: garden, ...args }, community: garden, seenIn: 'places', ...rest });

const after = (places: Places, ...rows: OutboxRow[]) =>
  predictPlaces(places, predict(rows, registry, new PlacesGround(places), actor).records);

test('a channel made offline is there to write in; what is known of the others stays', () => {
  const places = after(
    owned(),
    row('channel.create', { id: ideas, name: 'ideas', topic: '', category: null, position: 5, private: false }),
  );
  const channels = places.communities[0]?.channels;
  expect(channels?.map(({ name, write, next, read }) => [name, write, next, read])).toEqual([
    ['general', true, 12, 4],
    ['ideas', true, 0, 0],
  ]);
});

test('a channel renamed and archived offline shows so', () => {
  const places = after(owned(), row('channel.change', { channel: general, name: 'lawn', archived: true }));
  expect(places.communities[0]?.channels[0]).toMatchObject({ name: 'lawn', archived: true, write: false, next: 12 });
});

test('a community made offline is there with its channels', () => {
  const [club, talk] = [ulid(), ulid()];
  const create = buildRow({
    name: 'community.create',
    community: club,
    args: {
      community: club,
      slug: 'club',
      name: 'Club',
      description: '',
      categories: [],
      channels: [{ id: talk, name: 'talk', topic: '', category: null }],
    },
  });
  const places = after(owned(), create);
  expect(places.communities.map(({ name, role }) => [name, role])).toEqual([
    ['Garden', 'owner'],
    ['Club', 'owner'],
  ]);
  expect(places.communities[1]?.channels.map(({ name, write }) => [name, write])).toEqual([['talk', true]]);
});

test('a community one leaves is gone at once', () => {
  const places = buildPlaces({ communities: [buildCommunityPlace({ id: garden })] });
  expect(after(places, row('member.leave', {})).communities).toEqual([]);
});

test('messages alone leave places the same object', () => {
  const places = owned();
  expect(after(places, row('message.post', { channel: general, body: 'Hello' }))).toBe(places);
});

test('C4: a command depends on whatever in the outbox makes what it names', () => {
  const create = row('channel.create', { id: ideas, name: 'ideas' }, { creates: [ideas] });
  const accepted = row('channel.create', {}, { creates: [general], state: 'accepted' });
  expect(dependencies({ community: garden, channel: ideas, body: 'First' }, [create, accepted])).toEqual([create.id]);
  expect(dependencies({ community: garden, channel: general, body: 'First' }, [create, accepted])).toEqual([]);
});

test('a new row knows what it makes and where its effect will be seen', () => {
  const draft = {
    account: ada,
    device: 'phone',
    place: '',
    name: 'channel.create',
    args: { community: garden, id: ideas, name: 'ideas' },
  };
  const made = makeRow(registry, draft, [], 1000);
  const { commands } = predict([made as OutboxRow], registry, new PlacesGround(owned()), actor);
  expect(effectOf(commands[0]?.touched ?? [], made, ada)).toEqual({ seenIn: 'places', creates: [ideas] });
  expect(made.envelope.args).toMatchObject({ topic: '', private: false });
  expect(() => makeRow(registry, { ...draft, args: { name: 'ideas' } }, [], 1000)).toThrow('channel.create');
});

test('C8: the device says no with the server’s own rules, and never guesses about what it does not have', () => {
  const member = buildPlaces({
    communities: [buildCommunityPlace({ id: garden, channels: [buildChannelPlace({ id: general })] })],
  });
  const ask = (name: string, args: Record<string, unknown>) => judge(registry, member, nothing, actor, name, args);
  expect(ask('message.post', { community: garden, channel: general, body: 'Hello' })).toBeUndefined();
  expect(ask('message.post', { community: garden, channel: ideas, body: 'Hello' })).toEqual({ code: 'unavailable' });
  expect(ask('message.post', { community: garden, channel: general, body: '' })).toMatchObject({ code: 'malformed' });
  expect(ask('channel.create', { community: garden, id: ideas, name: 'ideas' })).toMatchObject({ code: 'not_allowed' });
  expect(ask('message.edit', { community: garden, channel: general, message: ulid(), body: 'x' })).toBeUndefined();
  expect(ask('member.join', { community: ulid(), invite: ulid() })).toBeUndefined();
});
