import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { createDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { testLog } from '#tests/support/postgres-server.ts';
import { createLocalSocket, type LocalSocket, type LocalSocketOptions } from './local.ts';
import { readLocalAddress } from './local-address.ts';

let database: TestDatabase;
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'hearth-local-test-'));
const open: LocalSocket[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(() => Promise.all(open.splice(0).map((socket) => socket.close(0))));
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true });
});

async function start(more: Partial<LocalSocketOptions> = {}): Promise<string> {
  const socket = await createLocalSocket({
    dataDir,
    log: testLog,
    pool: database.pool,
    submit: async (commands) => commands.map(({ id }) => ({ id, ok: true, pos: 1 })),
    origin: () => 'http://localhost:1',
    backup: async (folder) => folder,
    setPassword: async (email) => email === 'ines@example.org',
    ...more,
  });
  open.push(socket);
  return readLocalAddress(dataDir)?.socket ?? '';
}

function call(
  socketPath: string,
  method: string,
  url: string,
  body?: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, method, path: url, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const command = () => ({ id: ulid(), name: 'channel.create', args: {}, at: 1 });

test('only the server’s own user can open the socket or read where it is', async () => {
  const socket = await start();
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
  expect(statSync(path.join(dataDir, 'local.json')).mode & 0o777).toBe(0o600);
  expect(socket.length).toBeLessThan(100);
});

test('commands get their receipts in order', async () => {
  const commands = [command(), command()];
  const answer = await call(await start(), 'POST', '/commands', JSON.stringify({ commands }));
  expect(JSON.parse(answer.body).receipts.map(({ id }: { id: string }) => id)).toEqual(commands.map(({ id }) => id));
});

test.for([
  '',
  '{',
  '[]',
  '{"commands":[]}',
  '{"commands":[{"id":"x","name":"a","args":{},"at":1}]}',
  `{"commands":${JSON.stringify(Array.from({ length: 101 }, () => 1))}}`,
])('what is no list of commands is refused: %s', async (body) => {
  expect((await call(await start(), 'POST', '/commands', body)).status).toBe(400);
});

test('a body no batch has is refused, and the next request answered', async () => {
  const socket = await start();
  expect((await call(socket, 'POST', '/commands', `{"commands":"${'x'.repeat(17 * 1024 * 1024)}"}`)).status).toBe(413);
  expect((await call(socket, 'GET', '/status')).status).toBe(200);
});

test('past sixteen waiting requests the answer is to come back, and those that wait are answered', async () => {
  const held: (() => void)[] = [];
  const socket = await start({
    submit: (commands) =>
      new Promise((resolve) => held.push(() => resolve(commands.map(({ id }) => ({ id, ok: true, pos: 1 }))))),
  });
  const send = () => call(socket, 'POST', '/commands', JSON.stringify({ commands: [command()] }));
  const answers = Array.from({ length: 20 }, send);
  const first = await Promise.race(answers);
  expect(first.status).toBe(503);
  const refused = await Promise.all([...answers.slice(16)]);
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  for (const answer of held) answer();
  expect((await Promise.all(answers.slice(0, 16))).map(({ status }) => status)).toEqual(
    Array.from({ length: 16 }, () => 200),
  );
});

test('a password is set for an account that is there, with the rules of every password', async () => {
  const socket = await start();
  const set = (email: string, password: string) =>
    call(socket, 'POST', '/password', JSON.stringify({ email, password }));
  expect((await set('ines@example.org', 'long enough')).status).toBe(200);
  expect((await set('nobody@example.org', 'long enough')).status).toBe(404);
  expect((await set('ines@example.org', 'short')).status).toBe(400);
});

test('a socket that was closed leaves nothing behind, and one of a killed server is cleared away', async () => {
  const first = await start();
  const second = await start();
  expect(() => statSync(first)).toThrow('ENOENT');
  await Promise.all(open.splice(0).map((socket) => socket.close()));
  expect(() => statSync(path.dirname(second))).toThrow('ENOENT');
  expect(readLocalAddress(dataDir)).toBeNull();
});
