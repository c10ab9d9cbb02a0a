import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import type { Verdict } from '#kernel/refusals.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { SocketDevice } from '#tests/support/socket-device.ts';
import { holdQueries } from '#tests/support/held-queries.ts';

let world: ServedWorld;
let bystander: SocketDevice;
/** Screening in progress: nobody gets past it until a test says so. */
let screening: { text: string; decide: (verdict: Verdict) => void }[] = [];
let count = 0;

beforeAll(async () => {
  world = await serveWorld({
    people: { Ines: 'owner', Maren: 'member' },
    screen: ({ texts: [text = ''] }) =>
      text.startsWith('slowly') ? new Promise((resolve) => screening.push({ text, decide: resolve })) : undefined,
  });
  bystander = await world.device('Maren').connect();
});
afterAll(() => world.stop());

interface Scene {
  name: string;
  channel: string;
  document: string;
  device: SocketDevice;
}

/** Somebody new each time, who has done nothing wrong yet, and a room for them. */
async function scene(): Promise<Scene> {
  const name = `Person ${++count}`;
  const ines = world.person('Ines');
  const invite = ulid();
  await ines.does('invite.create', { id: invite });
  await world.person(name).does('member.join', { invite });
  const channel = ulid();
  await ines.does('channel.create', { id: channel, name: `room-${count}` });
  await ines.does('message.post', { channel, body: 'What was said before.' });
  return { name, channel, document: `channel/${channel}/0`, device: await world.device(name).connect() };
}

/** The ways to lose a channel. */
const LOSSES: [string, (one: Scene) => Promise<unknown>][] = [
  ['a ban', ({ name }) => world.person('Ines').does('member.ban', { user: world.person(name).id })],
  ['being removed', ({ name }) => world.person('Ines').does('member.kick', { user: world.person(name).id })],
  [
    'the channel becoming private',
    ({ channel }) => world.person('Ines').does('channel.change', { channel, private: true }),
  ],
];

beforeEach(() => {
  screening = [];
});

/** Somebody else goes on as if nothing had happened. */
async function othersNoticeNothing({ channel }: Scene): Promise<void> {
  const general = world.channel('general');
  expect(await bystander.answer(bystander.send('message.post', { channel: general, body: 'Calm.' }))).toMatchObject({
    ok: true,
  });
  expect((await world.read(`channel/${channel}/0`)).records.map(({ body }) => body)).toEqual(['What was said before.']);
}

describe.each(LOSSES)('%s that lands', (_what, lose) => {
  it('while the command is screened holds: it is refused by the author (C8, A4)', async () => {
    const one = await scene();
    const id = one.device.send('message.post', { channel: one.channel, body: 'slowly one' });
    await expect.poll(() => screening.length).toBe(1);
    await lose(one);
    screening[0]?.decide(undefined);
    expect(await one.device.answer(id)).toMatchObject({ refused: { code: 'unavailable' } });
    expect(world.refused.get('command:unavailable')).toBeGreaterThan(0);
    await othersNoticeNothing(one);
  });

  it('in the same moment as the command holds: whatever was decided first, nothing is written after it (C8, A5)', async () => {
    const one = await scene();
    const lost = lose(one);
    const id = one.device.send('message.post', { channel: one.channel, body: 'Too late.' });
    await lost;
    expect((await one.device.answer(id)).ok).toBe(false);
    await othersNoticeNothing(one);
  });

  it('while the document is loading holds: it is never sent (A4)', async () => {
    const one = await scene();
    const held = holdQueries(world.database.pool, (text) => text.includes('from snapshots where document'));
    one.device.attach(one.document);
    await held.asked;
    await lose(one);
    held.release();
    await one.device.until(() => one.device.closed.has(one.document), 'an answer');
    await one.device.answer(one.device.send('message.post', { channel: one.channel, body: 'Am I in?' }));
    expect(one.device.records(one.document)).toEqual([]);
    await othersNoticeNothing(one);
  });

  it('while the document is open closes it; nothing written after it arrives (A4)', async () => {
    const one = await scene();
    one.device.attach(one.document);
    await one.device.until(() => one.device.isLive(one.document), 'the document');
    await lose(one);
    await one.device.until(() => one.device.closed.get(one.document) === 'revoked', 'being shut out');
    await othersNoticeNothing(one);
    const after = await world.person('Ines').does('message.post', { channel: one.channel, body: 'Among us.' });
    one.device.attach(one.document);
    await one.device.until(() => one.device.closed.get(one.document) === 'denied', 'being refused');
    expect(one.device.records(one.document).map(({ id }) => id)).not.toContain(after);
  });
});

it('a slow screening of one channel holds up neither another channel nor another person (C3)', async () => {
  const one = await scene();
  const slow = one.device.send('message.post', { channel: one.channel, body: 'slowly one' });
  const behind = one.device.send('message.post', { channel: one.channel, body: 'Right behind it.' });
  const elsewhere = one.device.send('message.post', { channel: world.channel('general'), body: 'Elsewhere.' });
  expect(await one.device.answer(elsewhere)).toMatchObject({ ok: true });
  await othersNoticeNothing(one);
  expect([one.device.receipt(slow), one.device.receipt(behind)]).toEqual([null, null]);
  screening[0]?.decide(undefined);
  expect(await one.device.answer(behind)).toMatchObject({ ok: true, no: 2 });
  expect(one.device.receipt(slow)).toMatchObject({ ok: true, no: 1 });
});
