import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '#tests/support/postgres.ts';
import { startAccounts } from '#tests/support/accounts.ts';
import type { AccountsWorld } from '#tests/support/accounts.ts';
import { pino } from 'pino';
import { createApi } from './api.ts';

describe('the API', () => {
  let world: AccountsWorld;
  beforeAll(async () => void (world = await startAccounts()));
  afterAll(() => world.stop());

  test('describes every one of its routes', async () => {
    const { body } = await world.browser().get('/api/openapi.json');
    const { openapi, paths, components } = body as {
      openapi: string;
      paths: Record<string, object>;
      components: { securitySchemes: object };
    };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(components.securitySchemes)).toEqual(['cookie', 'bearer']);
    const described = Object.entries(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
    const served = world.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '/api/openapi.json')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(new Set(described)).toEqual(new Set(served));
  });

  test('says that it lives and that it can serve', async () => {
    expect((await world.browser().get('/api/health')).body).toMatchObject({ alive: true });
    expect((await world.browser().get('/api/ready')).body).toEqual({ ready: true });
  });
});

test('while the database is away the process lives, says it cannot serve, and refuses in words', async () => {
  const database = await createDatabase();
  await database.drop();
  const settings = { origin: 'http://localhost', originGiven: false, trustProxy: 0 };
  const log = pino({ level: 'silent' });
  const sessionOf = async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  };
  const { app } = createApi({ settings, database, log, accounts: { sessionOf } });
  expect((await app.request('/api/health')).status).toBe(200);
  const ready = await app.request('/api/ready');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ detail: 'The database does not answer.' });
  const answer = await app.request('/api/anything', { headers: { cookie: 'hearth.session_token=x' } });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('3');
  expect(await answer.json()).toMatchObject({ kept: expect.any(String), todo: expect.any(String) });
});

test('an unforeseen failure tells nothing of its inside, only where the log has it', async () => {
  const settings = { origin: 'http://localhost', originGiven: false, trustProxy: 0 };
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => lines.push(line) });
  const database = await createDatabase({ migrated: false });
  try {
    const { app } = createApi({ settings, database, log, accounts: { sessionOf: async () => null } });
    app.get('/api/broken', () => {
      throw new Error('the secret is a cormorant');
    });
    const answer = await app.request('/api/broken');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('cormorant');
    expect(text).toContain(answer.headers.get('x-request-id'));
    expect(lines.join()).toContain('the secret is a cormorant');
  } finally {
    await database.drop();
  }
});
