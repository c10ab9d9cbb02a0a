import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { SocketDevice } from '#tests/support/socket-device.ts';

/** Words that stand nowhere else: looked for byte by byte. */
const SECRET = {
  name: 'kingfisher-nest',
  topic: 'Topic-5a1f-otter',
  post: 'Post-77c2-heron',
  edited: 'Before-31bd-bittern',
  deleted: 'Deleted-90ee-curlew',
  gone: 'Withdrawn-4fd0-plover',
} as const;

let world: ServedWorld;
let general: string;
let room: string;
let kofi: SocketDevice;
let zoe: SocketDevice;
let maren: SocketDevice;

beforeAll(async () => {
  world = await serveWorld({
    people: { Ines: 'owner', Maren: 'member', Kofi: 'member', Zoe: 'outsider' },
    channels: ['general'],
  });
  general = world.channel('general');
  // Everything everybody receives is kept from the first moment.
  kofi = await world.device('Kofi', { keepFrames: true }).connect();
  zoe = await world.device('Zoe', { keepFrames: true }).connect();
  maren = await world.device('Maren', { keepFrames: true }).connect();
  kofi.follow(general);
  room = ulid();
  const ines = world.person('Ines');
  await ines.does('channel.create', { id: room, name: SECRET.name, topic: SECRET.topic, private: true });
  await ines.does('channel.admit', { channel: room, user: world.person('Maren').id });
  await maren.until(() => JSON.stringify(maren.places).includes(SECRET.name), 'the room among the places');
  maren.follow(room);
});
afterAll(() => world.stop());

/** Everything a device was ever sent, and everything it can ask for, as one heap of bytes. */
async function everythingFor(device: SocketDevice): Promise<string> {
  const places = await fetch(`${world.url}/api/places`, { headers: device.options.headers });
  const chains = [
    ...[general, room].map((owner) => ({ chain: 'channel', owner, pos: 0 })),
    { chain: 'members', owner: world.community, pos: 0 },
  ];
  const caughtUp = await device.post('/api/catchup', { epoch: null, chains });
  const documents = await Promise.all(
    [`channel/${room}/0`, `channel/${room}/1`, `channel/${general}/0`].map(async (name) =>
      (await fetch(`${world.url}/api/documents/${name}`, { headers: device.options.headers })).bytes(),
    ),
  );
  return Buffer.concat([
    ...device.frames,
    Buffer.from(await places.bytes()),
    Buffer.from(caughtUp),
    ...documents.map((bytes) => Buffer.from(bytes)),
  ]).toString('latin1');
}

describe('what is written in a private channel', () => {
  beforeAll(async () => {
    const ines = world.person('Ines');
    await ines.does('message.post', { channel: room, body: SECRET.post });
    await maren.until(() => maren.records(`channel/${room}/0`).length > 0, 'the message');
    // It moves, it is renamed, people come and go: all of it is told to those inside only.
    await ines.does('channel.change', { channel: room, topic: `${SECRET.topic}!` });
    maren.tell({ t: 'typing', channel: room });
    const seen = kofi.messages.length;
    await ines.does('message.post', { channel: general, body: 'A word to everyone.' });
    await kofi.until(
      () =>
        kofi.messages.slice(seen).some(({ t }) => t === 'places') || kofi.records(`channel/${general}/0`).length > 0,
      'news',
    );
  });

  it('is on the devices of those inside (so the search below can find it)', async () => {
    const text = await everythingFor(maren);
    for (const word of [SECRET.name, SECRET.topic, SECRET.post, room]) expect(text).toContain(word);
  });

  it.each(['Kofi', 'Zoe'])(
    'is nowhere in what %s was sent or can ask for, nor is its name, nor that it exists (D5, C9)',
    async (name) => {
      const text = await everythingFor(name === 'Kofi' ? kofi : zoe);
      for (const word of [SECRET.name, SECRET.topic, SECRET.post]) expect(text).not.toContain(word);
      // Their own question holds the id; answers that refuse repeat it, anything else would tell.
      const answers = await fetch(`${world.url}/api/places`, { headers: kofi.options.headers }).then((places) =>
        places.text(),
      );
      expect(answers).not.toContain(room);
    },
  );

  it('answers a segment beyond the head exactly as a forbidden one (D6)', async () => {
    const ask = async (name: string) => {
      const answer = await fetch(`${world.url}/api/documents/${name}`, { headers: kofi.options.headers });
      const text = await answer.text();
      return [answer.status, text.replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, 'ID')];
    };
    const missing = await ask(`channel/${ulid()}/0`);
    for (const name of [`channel/${room}/0`, `channel/${room}/7`, `channel/${general}/7`, 'nothing/x/0'])
      expect(await ask(name)).toEqual(missing);
    const names = [`channel/${room}/0`, `channel/${general}/7`, `channel/${ulid()}/0`];
    const frames = names.map((name) => {
      kofi.attach(name);
      return name;
    });
    await kofi.until(() => frames.every((name) => kofi.closed.has(name)), 'answers');
    expect(new Set(frames.map((name) => kofi.closed.get(name)))).toEqual(new Set(['denied']));
  });

  it('is not sent to somebody in the very commit that shuts them out (A4)', async () => {
    const ines = world.person('Ines');
    for (let round = 0; round < 10; round++) {
      const id = ulid();
      await ines.does('channel.create', { id, name: `round-${round}` });
      kofi.attach(`channel/${id}/0`);
      await kofi.until(() => kofi.isLive(`channel/${id}/0`), 'the channel');
      const word = `Shut-${round}-avocet`;
      // Sent together: committed together.
      const answers = await Promise.all([
        ines.send('channel.change', { channel: id, private: true }),
        ines.send('message.post', { channel: id, body: word }),
      ]);
      expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
      await kofi.until(() => kofi.closed.get(`channel/${id}/0`) === 'revoked', 'being shut out');
      await kofi.answer(kofi.send('message.post', { channel: general, body: 'Still here.' }));
      expect(Buffer.concat(kofi.frames).includes(word)).toBe(false);
    }
  });
});

describe('what was deleted or edited away', () => {
  it('is nowhere in the database after compaction, in no table and in no form (E1, E2, E3)', async () => {
    const ines = world.person('Ines');
    const edited = await ines.does('message.post', { channel: room, body: SECRET.edited });
    const deleted = await ines.does('message.post', { channel: room, body: SECRET.deleted });
    for (let n = 0; n < 30; n++) await ines.does('message.post', { channel: room, body: `Around ${n}.` });
    const gone = await ines.does('message.post', { channel: room, body: SECRET.gone });
    await ines.does('reaction.add', { channel: room, message: deleted, emoji: '🦆' });
    expect(await lookThroughDatabase(SECRET.deleted)).not.toEqual([]);
    await ines.does('message.edit', { channel: room, message: edited, body: 'Something else.' });
    await ines.does('message.delete', { channel: room, message: deleted });
    await ines.does('message.delete', { channel: room, message: gone });
    await world.current().compaction.run();
    for (const word of [SECRET.edited, SECRET.deleted, SECRET.gone])
      expect(await lookThroughDatabase(word)).toEqual([]);
    // What stays is all there.
    expect(await lookThroughDatabase(SECRET.post)).not.toEqual([]);
    const { records } = await world.read(`channel/${room}/0`);
    expect(records.map(({ body }) => body)).toEqual([
      SECRET.post,
      'Something else.',
      ...Array.from({ length: 30 }, (_, n) => `Around ${n}.`),
    ]);
  });

  it('is not in what a newcomer is sent, before compaction and after (E1)', async () => {
    const ines = world.person('Ines');
    const word = 'Fleeting-62aa-whimbrel';
    const id = await ines.does('message.post', { channel: general, body: word });
    await ines.does('message.delete', { channel: general, message: id });
    const newcomer = await world.device('Maren', { number: 7, keepFrames: true }).connect();
    newcomer.follow(general);
    await newcomer.until(() => newcomer.isLive(`channel/${general}/0`), 'the channel');
    expect(Buffer.concat(newcomer.frames).includes(word)).toBe(false);
    await world.current().compaction.run();
    expect(
      Buffer.from(
        await newcomer.post('/api/catchup', { epoch: null, chains: [{ chain: 'channel', owner: general, pos: 0 }] }),
      ).includes(word),
    ).toBe(false);
  });
});

/** The tables and columns in which these bytes stand, in text, in JSON or in bytes. */
async function lookThroughDatabase(word: string): Promise<string[]> {
  const { pool } = world.database;
  const { rows: columns } = await pool.query<{ table: string; column: string; type: string }>(
    `select format('%I.%I', table_schema, table_name) as "table", quote_ident(column_name) as "column", data_type as type
     from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { table, column, type } of columns) {
    const condition =
      type === 'bytea'
        ? `position($1::bytea in ${column}) > 0`
        : `position(convert_from($1::bytea, 'UTF8') in ${column}::text) > 0`;
    const { rowCount } = await pool.query(`select 1 from ${table} where ${condition} limit 1`, [Buffer.from(word)]);
    if (rowCount) found.push(`${table}.${column}`);
  }
  return found;
}
