import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import * as Y from 'yjs';
import { ulid } from '#kernel/ids.ts';
import type { Places } from '#kernel/places.ts';
import { SEGMENT } from '#kernel/records.ts';
import { reactionKey } from '#features/conversation/reactions/index.ts';
import { readState } from '#server/author/store.ts';
import { readFrames } from '#replica/worker/frames.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { WorldPerson } from '#tests/support/world.ts';

/** The last segment of the list is begun. */
const MEMBERS = 100_010;
const REACTING = 5_000;
const CHANNELS = 50;
const POSTS_PER_CHANNEL = 200;

let world: ServedWorld;
let kofi: WorldPerson;
let crowd: WorldPerson[];
const channelNames = Array.from({ length: CHANNELS }, (_, n) => (n === 0 ? 'general' : `channel-${n}`));

beforeAll(async () => {
  world = await serveWorld({ people: { Ines: 'owner', Kofi: 'member' }, channels: channelNames });
  kofi = world.person('Kofi');
  crowd = Array.from({ length: REACTING }, (_, n) => world.person(`Member ${n}`));
  await fillMembers(crowd.map(({ id }) => id));
  // Nothing of what stood before is in memory.
  await world.restart();
}, 120_000);
afterAll(() => world.stop());

/** As many as it takes, as if they had joined long ago: rows, and the segments of the list everyone has. */
async function fillMembers(known: string[]): Promise<void> {
  const { pool } = world.database;
  const { community } = world;
  const { rows } = await pool.query<{ next: number; pos: string }>(
    `select c.next, p.pos from chains c join partitions p on p.id = 'community/' || c.owner where c.chain = 'members' and c.owner = $1`,
    [community],
  );
  const next = rows[0]?.next ?? 0;
  const ids = [...known, ...Array.from({ length: MEMBERS - next - known.length }, () => ulid())];
  const members = ids.map((id, n) => ({
    v: 1,
    id,
    no: next + n,
    name: `Member ${n}`,
    role: 'member',
    joinedAt: 1_700_000_000_000 + n,
  }));
  await pool.query(
    `insert into members (community, "user", name, role, state, rooms, no, joined_at)
     select $1, x->>'id', x->>'name', 'member', 'active', '[]', (x->>'no')::int, (x->>'joinedAt')::bigint
       from jsonb_array_elements($2::jsonb) x`,
    [community, JSON.stringify(members)],
  );
  let pos = Number(rows[0]?.pos ?? 0);
  for (let n = 0; n * SEGMENT < MEMBERS; n++) {
    const name = `members/${community}/${n}`;
    const doc = new Y.Doc();
    for (const { update } of await readState(pool, name)) Y.applyUpdate(doc, update);
    const before = Y.encodeStateVector(doc);
    doc.transact(() => {
      doc.getArray('records').push(members.filter(({ no }) => Math.floor(no / SEGMENT) === n));
      if ((n + 1) * SEGMENT < MEMBERS) doc.getMap('meta').set('next', n + 1);
    });
    pos++;
    const update = Buffer.from(Y.encodeStateAsUpdate(doc, before));
    await pool.query('insert into log (document, pos, owner, update) values ($1, $2, $3, $4)', [
      name,
      pos,
      community,
      update,
    ]);
  }
  await pool.query(`update chains set next = $2, pos = $3 where chain = 'members' and owner = $1`, [
    community,
    MEMBERS,
    pos,
  ]);
  await pool.query('update partitions set pos = $2 where id = $1', [`community/${community}`, pos]);
  await pool.query('analyze');
}

async function sizeOf(document: string): Promise<number> {
  const doc = new Y.Doc();
  for (const { update } of await readState(world.database.pool, document)) Y.applyUpdate(doc, update);
  return Y.encodeStateAsUpdate(doc).length;
}

async function get(person: WorldPerson, path: string): Promise<{ bytes: number; body: unknown }> {
  const answer = await fetch(world.url + path, { headers: { authorization: `Bearer ${person.account.token}` } });
  const text = await answer.text();
  return { bytes: Buffer.byteLength(text), body: JSON.parse(text) };
}

/** Through the gate of the server that runs now. */
async function does(person: WorldPerson, name: string, args: Record<string, unknown>): Promise<string> {
  const receipt = await world.current().gate.submitAndWait(person.command(name, args), person.door);
  expect(receipt).toMatchObject({ ok: true });
  return receipt.id;
}

describe('a community of 100,000 members', () => {
  it('takes no more of a device, at its start, than a small one', async () => {
    const { bytes, body } = await get(kofi, '/api/places');
    expect((body as Places).communities[0]).toMatchObject({ members: MEMBERS, nextMember: MEMBERS });
    expect(bytes).toBeLessThan(CHANNELS * 400 + 4_000);
    const device = await world.device('Kofi', { keepFrames: true }).connect();
    expect(device.frames.reduce((sum, frame) => sum + frame.length, 0)).toBeLessThan(CHANNELS * 400 + 6_000);
  });

  it('is a list in segments, none bigger than its thousand', async () => {
    for (const n of [0, 50, 99]) {
      const bytes = await sizeOf(`members/${world.community}/${n}`);
      expect(bytes).toBeGreaterThan(SEGMENT * 50);
      expect(bytes).toBeLessThan(SEGMENT * 200);
    }
  });

  it('is read and searched in pages', async () => {
    const path = `/api/communities/${world.community}/members`;
    const first = await get(kofi, path);
    expect((first.body as { members: unknown[] }).members).toHaveLength(50);
    expect(first.bytes).toBeLessThan(20_000);
    const found = await get(kofi, `${path}?query=${encodeURIComponent('Member 99991')}`);
    expect((found.body as { members: { name: string }[] }).members.map(({ name }) => name)).toEqual(['Member 99991']);
  });

  it('takes one more in with a few bytes, and does not come into memory for it', async () => {
    const invite = ulid();
    await does(world.person('Ines'), 'invite.create', { id: invite });
    const newcomer = world.person('Wilma');
    await does(newcomer, 'member.join', { invite });
    await does(newcomer, 'message.post', { channel: world.channel('general'), body: 'So many of you!' });
    const { rows } = await world.database.pool.query<{ document: string; bytes: number }>(
      `select document, length(update) as bytes from log where document like 'members/%' order by pos desc limit 1`,
    );
    expect(rows[0]?.document).toBe(`members/${world.community}/${Math.floor(MEMBERS / SEGMENT)}`);
    expect(rows[0]?.bytes).toBeLessThan(1_000);
    const partition = world.current().author.partition(`community/${world.community}`);
    expect(partition?.rows.get('member')?.size).toBeLessThan(20);
    expect([...(partition?.documents.keys() ?? [])].filter((name) => name.startsWith('members/'))).toHaveLength(1);
  });
});

describe('5,000 reactions on one message', () => {
  it('stand as a thousand names and a number; each can be taken back, and all go with the message (D2)', async () => {
    const channel = world.channel('general');
    const message = await does(kofi, 'message.post', { channel, body: 'Who comes along?' });
    const args = { channel, message, emoji: '🎉' };
    await Promise.all(crowd.map((person) => does(person, 'reaction.add', args)));
    await does(crowd.at(-1) ?? kofi, 'reaction.add', args);

    const reactions = async () => {
      const all = Object.entries((await world.read(`channel/${channel}/0`)).reactions);
      const isMore = ([key]: [string, unknown]) => key === reactionKey(message, '🎉', '#');
      const { rows } = await world.database.pool.query<{ exact: number }>(
        'select count(*)::int as exact from further_reactions where message = $1',
        [message],
      );
      return {
        named: all.filter((entry) => !isMore(entry)).map(([key]) => key.slice(key.lastIndexOf(' ') + 1)),
        more: (all.find(isMore)?.[1] as { count: number } | undefined)?.count ?? 0,
        exact: rows[0]?.exact,
      };
    };
    const { named, more, exact } = await reactions();
    expect([named.length, exact]).toEqual([1_000, REACTING - 1_000]);
    // The number moves in steps of one in a hundred: a key that is overwritten for ever never shrinks.
    expect(Math.abs(more - (REACTING - 1_000))).toBeLessThanOrEqual(40);

    const unnamed = crowd.filter(({ id }) => !named.includes(id));
    for (const person of unnamed.slice(0, 2)) await does(person, 'reaction.remove', args);
    expect((await reactions()).exact).toBe(REACTING - 1_002);
    // With names taken back there is room for names again; who is only counted is still known.
    for (const id of named.slice(0, 3)) {
      const person = crowd.find((one) => one.id === id);
      if (person) await does(person, 'reaction.remove', args);
    }
    await does(unnamed[2] ?? kofi, 'reaction.remove', args);
    await does(unnamed[3] ?? kofi, 'reaction.add', args);
    const after = await reactions();
    expect([after.named.length, after.exact]).toEqual([997, REACTING - 1_003]);
    // Changed their mind within one commit.
    await Promise.all([
      does(unnamed[4] ?? kofi, 'reaction.remove', args),
      does(unnamed[4] ?? kofi, 'reaction.add', args),
      does(unnamed[3] ?? kofi, 'reaction.add', args),
      does(unnamed[0] ?? kofi, 'reaction.add', args),
      does(unnamed[0] ?? kofi, 'reaction.remove', args),
    ]);
    expect((await reactions()).exact).toBe(REACTING - 1_003);
    expect(await sizeOf(`channel/${channel}/0`)).toBeLessThan(250_000);

    const late = does(crowd[5] ?? kofi, 'reaction.add', { ...args, emoji: '🌿' });
    await Promise.all([late, does(kofi, 'message.delete', { channel, message })]);
    expect(await reactions()).toEqual({ named: [], more: 0, exact: 0 });
  });
});

describe('a week in 50 channels', () => {
  it('comes to somebody who was away in not much more than its text', async () => {
    for (const name of channelNames) await world.fill(world.channel(name), POSTS_PER_CHANNEL);
    const chains = channelNames
      .slice(1)
      .map((name) => ({ chain: 'channel', owner: world.channel(name), pos: 0, from: 0 }));
    const answer = await fetch(`${world.url}/api/catchup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${kofi.account.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ epoch: null, chains, budget: 4 * 1024 * 1024 }),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { frames } = readFrames(bytes);
    expect(frames.filter(({ what }) => what === 'done')).toHaveLength(CHANNELS - 1);
    const messages = (CHANNELS - 1) * POSTS_PER_CHANNEL;
    expect(bytes.length).toBeLessThan(messages * 160);
    expect((await get(kofi, '/api/places')).bytes).toBeLessThan(CHANNELS * 400 + 4_000);
  });
});

describe('queries that take for ever', () => {
  /** On most of the pool, until `let go` is called. */
  async function occupy(connections: number): Promise<{ release(): Promise<void>; ended: Promise<unknown> }> {
    const { database } = world;
    const holder: pg.Client = await database.connect();
    await holder.query('begin');
    await holder.query('lock table users, job_runs, wanted_commands in access exclusive mode');
    const slow = Array.from({ length: connections }, (_, n) =>
      database.pool.query(
        n % 2 === 0
          ? 'select count(*) from users'
          : 'select count(*) from members m, job_runs j where m.name ilike j.name',
      ),
    );
    await expect
      .poll(async () => (await holder.query('select 1 from pg_locks where not granted')).rowCount, { interval: 20 })
      .toBeGreaterThanOrEqual(connections);
    return {
      ended: Promise.all(slow),
      async release() {
        await holder.query('rollback');
        await holder.end();
      },
    };
  }

  it('delay nobody who writes: not even somebody who was not here before', async () => {
    const channel = world.channel('general');
    const order: string[] = [];
    const slow = await occupy(12);
    const ended = slow.ended.then(() => order.push('the slow queries'));
    const message = await does(kofi, 'message.post', { channel, body: 'While it waits.' });
    await does(kofi, 'message.edit', { channel, message, body: 'While it still waits.' });
    await does(world.person('Ines'), 'reaction.add', { channel, message, emoji: '👍' });
    await does(crowd[17] ?? kofi, 'message.post', { channel: world.channel('channel-7'), body: 'And I as well.' });
    await does(kofi, 'message.delete', { channel, message });
    order.push('what was written');
    await slow.release();
    await ended;
    expect(order).toEqual(['what was written', 'the slow queries']);
  });
});
