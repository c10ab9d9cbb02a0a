import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { openHost, type Handlers, type Host } from './host.ts';

const log = pino({ level: 'silent' });
const opened: Host[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((host) => host.close(0)));
});

const answer = (words: string) => (_request: IncomingMessage, response: ServerResponse) => void response.end(words);
const app = async () => ({ handle: answer('the app'), close: async () => undefined });

async function open(): Promise<Host> {
  const host = await openHost({ port: 0, host: '127.0.0.1', dev: false }, log, app);
  opened.push(host);
  return host;
}

async function serving(handlers: Partial<Handlers> = {}): Promise<Host> {
  const host = await open();
  await host.serve(
    { api: answer('the api'), upgrade: (_request, socket) => socket.destroy(), ...handlers },
    'http://localhost',
  );
  return host;
}

const get = async (host: Host, target: string) => {
  const [response] = (await once(http.get({ port: host.port, path: target, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return { status: response.statusCode, text: await text(response) };
};

/** Sends raw bytes and returns everything that comes back until the server hangs up. */
async function say(host: Host, bytes: string): Promise<string> {
  const socket = connect(host.port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

const upgradeTo = (target: string) =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

test('who comes too early is asked to come again', async () => {
  const host = await open();
  expect(await get(host, '/')).toEqual({ status: 503, text: 'Hearth is starting.\n' });
});

test('a page tells other sites nothing of where its reader came from, and is neither framed nor guessed at', async () => {
  const host = await serving();
  const [{ headers }] = (await once(http.get({ port: host.port, agent: false }), 'response')) as [IncomingMessage];
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  ['/', 'the app'],
  ['/apiary', 'the app'],
  ['/c/bees?next=/api/', 'the app'],
  ['/api', 'the api'],
  ['/api/health', 'the api'],
  ['/api?x', 'the api'],
])('%s is answered by %s', async (target, who) => {
  expect((await get(await serving(), target)).text).toBe(who);
});

test('only /sync is upgraded', async () => {
  const host = await serving({ upgrade: (_request, socket) => void socket.end('HTTP/1.1 101 Hello\r\n\r\n') });
  expect(await say(host, upgradeTo('/sync?x=1'))).toContain('101 Hello');
  expect(await say(host, upgradeTo('/synchrotron'))).toContain('404 Not Found');
  expect(await say(host, upgradeTo('/__hot'))).toContain('404 Not Found');
});

test('a request that is none is refused and disturbs nobody', async () => {
  const host = await serving();
  expect(await say(host, 'mumble\r\n\r\n')).toContain('400 Bad Request');
  expect((await get(host, '/')).text).toBe('the app');
});

test('a taken port is refused in words', async () => {
  const { port } = await open();
  await expect(openHost({ port, host: '127.0.0.1', dev: false }, log, app)).rejects.toThrow(
    `Port ${port} is taken by another program. Stop it, or set PORT.`,
  );
});

test('closing waits for a running request, takes no new one, and leaves sockets to their owners', async () => {
  const begun = Promise.withResolvers<ServerResponse>();
  const upgraded = Promise.withResolvers<Socket>();
  const host = await serving({
    api: (_request, response) => begun.resolve(response),
    upgrade: (_request, socket) => {
      socket.write('HTTP/1.1 101 Hello\r\n\r\n');
      upgraded.resolve(socket as Socket);
    },
  });
  const device = connect(host.port, '127.0.0.1');
  device.write(upgradeTo('/sync'));
  const socket = await upgraded.promise;
  const running = get(host, '/api/commands');
  const response = await begun.promise;

  const closed = host.close(60_000);
  await expect(get(host, '/')).rejects.toThrow('ECONNREFUSED');
  response.end('done');
  expect(await running).toEqual({ status: 200, text: 'done' });
  await closed;
  expect(socket.destroyed).toBe(false);
  socket.destroy();
  device.destroy();
});

test('closing gives up on a request that never ends', async () => {
  const begun = Promise.withResolvers<void>();
  const host = await serving({ api: () => begun.resolve() });
  const running = expect(get(host, '/api/slow')).rejects.toThrow('socket hang up');
  await begun.promise;
  await host.close(0);
  await running;
});
