import { once } from 'node:events';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { COMMAND_VERSION, MAX_COMMAND_BYTES } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import { MAX_FRAME_BYTES, MAX_IN_FLIGHT, type Receipt } from '#kernel/wire.ts';
import { authFrame, statelessFrame, stepOneFrame } from '#replica/worker/protocol.ts';
import { frame, STEP, syncFrame, textFrame, TYPE } from '#tests/support/frames.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { SocketDevice } from '#tests/support/socket-device.ts';

let world: ServedWorld;
let general: string;
/** Somebody who has nothing to do with it: goes on posting and reading through every attack. */
let bystander: SocketDevice;
let posted = 0;

beforeAll(async () => {
  world = await serveWorld({
    people: { Ines: 'owner', Kofi: 'member', Maren: 'member', Mallory: 'member', Zoe: 'outsider' },
  });
  general = world.channel('general');
  bystander = await world.device('Maren').connect();
  bystander.follow(general);
});
afterAll(() => world.stop());

/** A device of the attacker on a session of its own. */
let devices = 0;
const attacker = (name = 'Mallory') => world.device(name, { number: ++devices }).connect();
const refusedOf = (what: string) => world.refused.get(what) ?? 0;
const document = () => `channel/${general}/0`;

afterEach(async () => {
  const receipt = await bystander.answer(
    bystander.send('message.post', { channel: general, body: `Tide ${++posted}.` }),
  );
  expect(receipt).toMatchObject({ ok: true });
  await bystander.until(
    () => bystander.records(document()).some(({ id }) => id === receipt.id),
    'the bystander reads what they wrote',
  );
});

/** An update that adds a record of the attacker's own making. */
function forgedUpdate(): Uint8Array {
  const doc = new Y.Doc();
  doc.getArray('records').push([{ v: 1, id: ulid(), no: 0, by: world.person('Ines').id, at: 1, body: 'FORGED' }]);
  return Y.encodeStateAsUpdate(doc);
}

async function nothingForged(): Promise<void> {
  expect(JSON.stringify(await world.readChannel())).not.toContain('FORGED');
  expect(JSON.stringify(bystander.records(document()))).not.toContain('FORGED');
}

describe('somebody who speaks the protocol by hand', () => {
  it.each([
    ['an update', STEP.update, TYPE.sync],
    ['a second sync step', STEP.two, TYPE.sync],
    ['a sync reply', STEP.two, TYPE.syncReply],
    ['an update in a sync reply', STEP.update, TYPE.syncReply],
    ['a step that does not exist', 77, TYPE.sync],
  ])('changes no document by %s (D5)', async (_what, step, type) => {
    const mallory = await attacker();
    mallory.attach(document());
    await mallory.until(() => mallory.isLive(document()), 'the channel');
    const before = refusedOf('document-write');
    mallory.sendRaw(syncFrame(document(), step, forgedUpdate(), type));
    await vi.waitFor(() => expect(refusedOf('document-write')).toBe(before + 1));
    await nothingForged();
    expect(mallory.connected).toBe(true);
  });

  it.each([
    ['presence', TYPE.awareness],
    ['a question for presence', TYPE.queryAwareness],
    ['a broadcast to everyone', TYPE.broadcastStateless],
    ['a message on a document of all', TYPE.stateless],
    ['a kind of frame that does not exist', 99],
  ])('reaches nobody with %s (D5)', async (_what, type) => {
    const mallory = await attacker();
    mallory.attach(document());
    await mallory.until(() => mallory.isLive(document()), 'the channel');
    const before = refusedOf('frame');
    const heard = bystander.messages.length;
    mallory.sendRaw(textFrame(document(), type, '{"t":"receipts","receipts":[]}'));
    await vi.waitFor(() => expect(refusedOf('frame')).toBe(before + 1));
    expect(bystander.messages.slice(heard).filter(({ t }) => t === 'receipts' || t === 'typing')).toEqual([]);
  });

  it('speaks for nobody else: another account, or another device of their own, is refused (C6)', async () => {
    const mallory = await attacker();
    const args = { channel: general, body: 'FORGED' };
    const asInes = mallory.send('message.post', args, { account: world.person('Ines').id });
    const asOther = mallory.send('message.post', args, { device: world.person('Ines').account.device });
    expect(await mallory.answer(asInes)).toMatchObject({ refused: { code: 'account' } });
    expect(await mallory.answer(asOther)).toMatchObject({ refused: { code: 'account', detail: 'device' } });
    await nothingForged();
  });

  it('takes no id of somebody else, and learns nothing of what it was used for (C1, C9)', async () => {
    const private_ = ulid();
    await world.person('Ines').does('channel.create', { id: private_, name: 'board', private: true });
    const theirs = await world.person('Ines').does('message.post', { channel: private_, body: 'The board meets.' });
    const here = await world.person('Ines').does('message.post', { channel: general, body: 'Good morning.' });
    const mallory = await attacker();
    const post = (id: string) => mallory.send('message.post', { channel: general, body: 'FORGED' }, { id });
    expect(await mallory.answer(post(here))).toEqual({ id: here, ok: false, refused: { code: 'taken' } });
    // Used in a place they cannot see: the same as one that nobody has used.
    const elsewhere = await mallory.answer(post(theirs));
    expect(elsewhere).toMatchObject({ ok: true });
    await mallory.answer(mallory.send('message.delete', { channel: general, message: theirs }));
    expect((await world.read(`channel/${private_}/0`)).records).toMatchObject([
      { id: theirs, body: 'The board meets.' },
    ]);
    await nothingForged();
  });

  it('gets one answer for a command sent many times, and it is applied once (C1)', async () => {
    const mallory = await attacker();
    const id = mallory.send('message.post', { channel: general, body: 'Once.' });
    const first = await mallory.answer(id);
    const [sent] = mallory.outbox;
    const commands = Array.from({ length: 50 }, () => sent?.envelope).filter((one) => one !== undefined);
    const before = mallory.messages.length;
    mallory.tell({ t: 'commands', commands });
    const answers = () =>
      mallory.messages.slice(before).flatMap((message) => (message.t === 'receipts' ? message.receipts : []));
    await mallory.until(() => answers().length === 50, 'fifty answers');
    expect(new Set(answers().map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(first)]));
    expect((await world.readChannel()).records.filter((record) => record.id === id)).toHaveLength(1);
  });

  it('cannot use a command that is not there, or the server’s own (C8)', async () => {
    const mallory = await attacker();
    const unknown = mallory.send('community.steal', {});
    const own = mallory.send('import.messages', { channel: general, people: [], messages: [] });
    const prototype = mallory.send('__proto__', {});
    for (const id of [unknown, own, prototype])
      expect(await mallory.answer(id)).toEqual({ id, ok: false, refused: { code: 'unknown_command' } });
  });

  it.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an array', []],
    ['a name without anything else', { name: 'message.post' }],
    ['keys that are nobody’s', { extra: true }],
  ])('is refused when a command is %s', async (_what, raw) => {
    const mallory = await attacker();
    const before = refusedOf('command:malformed');
    mallory.tell({ t: 'commands', commands: [raw as never] });
    await vi.waitFor(() => expect(refusedOf('command:malformed')).toBe(before + 1));
    expect(mallory.connected).toBe(true);
  });

  it('asks for too many at once and is told to wait; nothing is held for them (C10)', async () => {
    const mallory = await attacker();
    const count = MAX_IN_FLIGHT * 2;
    const ids = Array.from({ length: count }, () => ulid());
    const commands = ids.map((id) => ({
      id,
      account: mallory.options.user,
      name: 'message.post',
      args: { community: world.community, channel: general, body: 'Many.' },
      at: Date.now(),
      device: mallory.options.device,
      version: COMMAND_VERSION,
    }));
    for (let from = 0; from < count; from += 100)
      mallory.tell({ t: 'commands', commands: commands.slice(from, from + 100) });
    const answers = () => mallory.messages.flatMap((message) => (message.t === 'receipts' ? message.receipts : []));
    await mallory.until(() => answers().length >= count, 'an answer to each');
    expect(answers().every((one) => one.ok || ('wait' in one && one.wait.reason === 'busy'))).toBe(true);
  });
});

describe('frames that are not what they say', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const me = () => `me/${world.person('Mallory').id}`;
  it.each<[string, () => Uint8Array | string, number]>([
    ['text', () => 'hello', 1003],
    ['empty', () => bytes(), 1007],
    ['a length without an end', () => bytes(255, 255, 255, 255, 255, 255, 255, 255, 255, 255), 1007],
    ['a name longer than the frame', () => bytes(200, 1, 65, 66), 1007],
    ['a name that is no UTF-8', () => bytes(2, 0xff, 0xfe, 2), 1007],
    ['a name and nothing else', () => bytes(1, 65), 1007],
    ['a sync frame without a step', () => frame('a', TYPE.sync), 1007],
    [
      'a state vector longer than the frame',
      () => frame('a', TYPE.sync, (e) => e.cbuf.set([0, 200, 1], (e.cpos += 3) - 3)),
      1007,
    ],
    ['a state vector of a megabyte’s worth of devices', () => syncFrame('a', STEP.one, new Uint8Array(100_000)), 1007],
    ['a message that is not JSON', () => statelessFrame(me(), '{'), 1007],
    ['a message of no known kind', () => statelessFrame(me(), '{"t":"shutdown"}'), 1007],
    ['a message with a name of Object’s', () => statelessFrame(me(), '{"__proto__":{"t":"commands"}}'), 1007],
    ['brackets nested without end', () => statelessFrame(me(), '['.repeat(120_000)), 1007],
    [
      'commands nested without end',
      () => statelessFrame(me(), `{"t":"commands","commands":${'['.repeat(60_000)}${']'.repeat(60_000)}, "x":1}`),
      1007,
    ],
    [
      'a command too many',
      () => statelessFrame(me(), JSON.stringify({ t: 'commands', commands: Array(101).fill({}) })),
      1007,
    ],
    ['longer than any', () => new Uint8Array(MAX_FRAME_BYTES + 1), 1009],
  ])('close the connection they came by, and no other: %s', async (_what, make, code) => {
    const mallory = await attacker();
    const other = await attacker();
    const before = [...world.refused.values()].reduce((a, b) => a + b, 0);
    mallory.sendRaw(make());
    await mallory.until(() => !mallory.connected, 'the end of the connection');
    expect(mallory.closeCode).toBe(code);
    expect([...world.refused.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(before);
    expect(other.connected).toBe(true);
  });

  it('a state vector that is none ends in a new connection, not in the end of the server', async () => {
    const mallory = await attacker();
    mallory.attach(document());
    await mallory.until(() => mallory.isLive(document()), 'the channel');
    mallory.sendRaw(syncFrame(document(), STEP.one, Uint8Array.from([9, 255, 255])));
    await mallory.until(() => !mallory.connected, 'the end of the connection');
  });

  it('a command longer than a command may be is refused by itself, by the socket and by a request (C11)', async () => {
    const mallory = await attacker();
    const bodies = ['Fine.', 'x'.repeat(MAX_COMMAND_BYTES), 'Fine as well.'];
    const [first, long, last] = await Promise.all(
      bodies.map((body) => mallory.answer(mallory.send('message.post', { channel: general, body }))),
    );
    expect([first?.ok, last?.ok]).toEqual([true, true]);
    expect(long).toMatchObject({ ok: false, refused: { code: 'too_large' } });

    const person = world.person('Mallory');
    const commands = bodies.map((body) => person.command('message.post', { channel: general, body }));
    const { body } = await person.call('POST', '/api/commands', { commands });
    const { receipts } = body as { receipts: Receipt[] };
    expect(receipts.map((receipt) => ('refused' in receipt ? receipt.refused.code : receipt.ok))).toEqual([
      true,
      'too_large',
      true,
    ]);
    expect(mallory.connected).toBe(true);
  });

  it('deeply nested arguments are refused with their command alone (C11)', async () => {
    const mallory = await attacker();
    const id = ulid();
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const head = `"account":"${mallory.options.user}","name":"message.post","at":1,"device":"${mallory.options.device}","version":1`;
    const [good] = [mallory.send('message.post', { channel: general, body: 'Fine.' })];
    mallory.sendRaw(statelessFrame(me(), `{"t":"commands","commands":[{"id":"${id}",${head},"args":${deep}}]}`));
    await mallory.until(
      () =>
        mallory.messages.some((message) => message.t === 'receipts' && message.receipts.some((one) => one.id === id)),
      'an answer',
    );
    expect(await mallory.answer(good)).toMatchObject({ ok: true });
  });
});

describe('somebody who sends without end', () => {
  it('is closed for frames, and comes back as anybody may', async () => {
    const mallory = await attacker();
    const before = refusedOf('flood');
    for (let n = 0; n < 2000; n++) mallory.sendRaw(frame(document(), TYPE.awareness));
    await mallory.until(() => !mallory.connected, 'the end of the connection');
    expect(mallory.closeCode).toBe(1008);
    expect(refusedOf('flood')).toBe(before + 1);
    await mallory.connect();
  });

  it('is closed for asking the same document’s state without end (sync step 1)', async () => {
    const mallory = await attacker();
    mallory.attach(document());
    await mallory.until(() => mallory.isLive(document()), 'the channel');
    for (let n = 0; n < 1000; n++) mallory.sendRaw(stepOneFrame(document(), new Uint8Array([0])));
    await mallory.until(() => !mallory.connected, 'the end of the connection');
    expect(mallory.closeCode).toBe(1008);
  });

  it('guesses 10,000 documents and is answered alike for each until they are closed; none is loaded (C9, D6)', async () => {
    const secret = ulid();
    await world.person('Ines').does('channel.create', { id: secret, name: 'secret', private: true });
    await world.person('Ines').does('message.post', { channel: secret, body: 'Hush.' });
    const mallory = await attacker('Mallory');
    const names = [
      `channel/${secret}/0`, // forbidden
      `channel/${ulid()}/0`, // missing
      `channel/${general}/1`, // beyond the head
      `channel/${secret}/1`,
      `members/${ulid()}/0`,
      `me/${world.person('Ines').id}`, // somebody else's
      'inbox/x',
      `channel/${general}`,
      `channel/${general}/00`,
      `channel/${general}/-1`,
      `channel/${general}/0/0`,
      `channel/${general}/0\0session`,
      `channel/${general}/0 `,
      '__proto__',
      'constructor',
      '',
    ];
    for (const name of names) mallory.attach(name);
    await mallory.until(() => names.every((name) => mallory.closed.has(name)), 'an answer for each');
    expect(names.map((name) => mallory.closed.get(name))).toEqual(names.map(() => 'denied'));
    expect(names.flatMap((name) => mallory.records(name))).toEqual([]);
    const before = world.current().replication.figures().documents;
    for (let n = 0; n < 10_000 && mallory.connected; n++) {
      mallory.sendRaw(authFrame(`channel/${ulid()}/0`));
      if (n % 100 === 0) await new Promise(setImmediate);
    }
    await mallory.until(() => !mallory.connected, 'the end of the connection');
    expect(world.current().replication.figures().documents).toBeLessThanOrEqual(before + 1);
  });

  it('opens one document under many names and hears it once, and not at all when shut out (A4)', async () => {
    const room = ulid();
    await world.person('Ines').does('channel.create', { id: room, name: 'room' });
    const mallory = await attacker();
    const name = `channel/${room}/0`;
    mallory.attach(name);
    for (const session of ['a', 'b', 'c']) mallory.attach(`${name}\0${session}`);
    await mallory.until(() => mallory.isLive(name), 'the channel');
    await world.person('Ines').does('channel.change', { channel: room, private: true });
    await mallory.until(() => mallory.closed.get(name) === 'revoked', 'being shut out');
    const id = await world.person('Ines').does('message.post', { channel: room, body: 'Without Mallory.' });
    const own = await mallory.answer(mallory.send('message.post', { channel: general, body: 'Hm.' }));
    expect(own).toMatchObject({ ok: true });
    for (const doc of mallory.docs.keys()) expect(mallory.records(doc).map((record) => record['id'])).not.toContain(id);
  });
});

describe('upgrades', () => {
  const attempt = async (headers: Record<string, string>): Promise<number> => {
    const ws = new WebSocket(`${world.url.replace(/^http/, 'ws')}/sync`, { headers });
    const [result] = (await Promise.race([
      once(ws, 'unexpected-response').then(([, response]) => [(response as { statusCode: number }).statusCode]),
      once(ws, 'open').then(() => [101]),
    ])) as [number];
    ws.on('error', () => undefined);
    ws.terminate();
    return result;
  };
  const cookie = () => `session=${world.person('Mallory').id}~9`;
  it.each<[string, () => Record<string, string>, number]>([
    ['from our own page', () => ({ cookie: cookie(), origin: 'http://localhost' }), 101],
    ['from a foreign page with our cookie', () => ({ cookie: cookie(), origin: 'http://evil.example' }), 403],
    [
      'from a page that only looks like ours',
      () => ({ cookie: cookie(), origin: 'http://localhost.evil.example' }),
      403,
    ],
    ['from another port', () => ({ cookie: cookie(), origin: 'http://localhost:8080' }), 403],
    ['from a sandbox', () => ({ cookie: cookie(), origin: 'null' }), 403],
    ['with a cookie and no page', () => ({ cookie: cookie() }), 403],
    [
      'of a proxy that nobody trusts',
      () => ({
        cookie: cookie(),
        origin: 'http://evil.example',
        host: 'evil.example',
        'x-forwarded-host': 'localhost',
        'x-forwarded-proto': 'http',
      }),
      403,
    ],
    ['of a program', () => ({ authorization: `Bearer token-${world.person('Mallory').id}~9` }), 101],
    [
      'of a program on a foreign page',
      () => ({ authorization: `Bearer token-${world.person('Mallory').id}~9`, origin: 'http://evil.example' }),
      403,
    ],
    ['of a program that smuggles a cookie', () => ({ authorization: 'Bearer nothing', cookie: cookie() }), 401],
    ['with a session that is none', () => ({ cookie: 'session=nobody', origin: 'http://localhost' }), 401],
  ])('%s: %#', async (_what, headers, status) => {
    expect(await attempt(headers())).toBe(status);
  });

  it('that break off half way leave the server as it was', async () => {
    const { hostname, port } = new URL(world.url);
    for (let n = 0; n < 20; n++) {
      const socket = net.connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(
        `GET /sync HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` +
          `Sec-WebSocket-Version: 13\r\nAuthorization: Bearer token-${world.person('Mallory').id}~9\r\n\r\n`,
      );
      socket.resetAndDestroy();
    }
  });
});

it('a revoked session loses its socket at once, whether it says goodbye or not, and is not heard again', async () => {
  const mallory = await attacker();
  const session = `token-${mallory.options.user}~${devices}`;
  const quiet = await world.device('Mallory', { number: devices }).connect();
  // This one does not read any more, so it never answers the goodbye.
  quiet.pause();
  world.accounts.revoke(session);
  await mallory.until(() => !mallory.connected, 'the end of the connection');
  expect(mallory.closeCode).toBe(4401);
  quiet.send('message.post', { channel: general, body: 'FORGED' });
  const sockets = () => [...world.current().replication.hub.socketsOf(mallory.options.user)];
  await vi.waitFor(() => expect(sockets().filter((socket) => socket.session.id === session)).toEqual([]));
  await expect(mallory.connect()).rejects.toThrow();
  await nothingForged();
});
