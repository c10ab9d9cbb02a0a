import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSetup, password, startAccounts } from '#tests/support/accounts.ts';
import type { AccountsWorld } from '#tests/support/accounts.ts';

const signIn = '/api/auth/sign-in/email';

describe('someone who speaks to the API by hand', () => {
  let world: AccountsWorld;
  beforeAll(
    async () =>
      void (world = await startAccounts({ limits: { attemptsPerAddress: 10_000, accountsPerAddress: 10_000 } })),
  );
  afterAll(() => world.stop());

  test.each([
    ['another site', 'https://evil.example'],
    ['another port', 'http://127.0.0.1:1'],
    ['a look-alike of ours', 'http://127.0.0.1.evil.example'],
    ['a sandboxed frame', 'null'],
    ['nowhere', null],
  ])('a write with the cookie from %s is refused and changes nothing', async (_where, origin) => {
    const { account, browser } = await world.buildPerson();
    const foreign = browser.copy(origin);
    expect((await foreign.send('PATCH', '/api/me', { name: 'Changed' })).status).toBe(403);
    expect((await foreign.post('/api/sessions/revoke-others', undefined)).status).toBe(403);
    expect((await foreign.post('/api/auth/sign-out', {})).status).toBe(403);
    expect((await world.browser(origin).post(signIn, { email: account.email, password })).status).toBe(403);
    expect((await browser.get('/api/me')).body).toMatchObject({ account: { name: account.name } });
  });

  test('https of the same name is another origin, and a forwarded scheme is not believed', async () => {
    const { browser } = await world.buildPerson();
    const secure = browser.copy(world.url.replace('http:', 'https:'));
    const refused = await secure.send(
      'PATCH',
      '/api/me',
      { name: 'Changed' },
      { headers: { 'x-forwarded-proto': 'https' } },
    );
    expect(refused.status).toBe(403);
  });

  test('a made-up bearer token beside a good cookie is nobody: it does not skip the origin check', async () => {
    const { browser } = await world.buildPerson();
    const foreign = browser.copy('https://evil.example');
    for (const authorization of ['Bearer hearth_' + 'A'.repeat(43), 'Bearer x', 'Basic eDp5', ' ']) {
      const refused = await foreign.send('PATCH', '/api/me', { name: 'Changed' }, { headers: { authorization } });
      expect([401, 403]).toContain(refused.status);
    }
  });

  test('a program’s token changes nothing about who gets in', async () => {
    const { browser } = await world.buildPerson();
    const made = await browser.post('/api/tokens', { name: 'bot' });
    const headers = { authorization: `Bearer ${(made.body as { secret: string }).secret}` };
    const program = world.browser(null);
    const tries = [
      program.get('/api/sessions', { headers }),
      program.get('/api/tokens', { headers }),
      program.post('/api/tokens', { name: 'another' }, { headers }),
      program.post('/api/sessions/revoke-others', undefined, { headers }),
      program.post('/api/me/password', { current: password, next: 'another password' }, { headers }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
  });

  test('a forged, cut or foreign-signed session cookie is nobody', async () => {
    const { browser } = await world.buildPerson();
    const good = /hearth\.session_token=([^;]+)/.exec(browser.cookies)?.[1] ?? '';
    const token = decodeURIComponent(good).split('.')[0] ?? '';
    for (const cookie of [
      token,
      `${token}.`,
      `${token}.${'A'.repeat(43)}%3D`,
      `.${good.split('.')[1]}`,
      `${good}x`,
      '%00',
      'a'.repeat(5_000),
    ]) {
      const answer = await world.browser().get('/api/me', { headers: { cookie: `hearth.session_token=${cookie}` } });
      expect(answer.status).toBe(401);
    }
  });

  test('anything but JSON is not read', async () => {
    const browser = world.browser();
    const body = { email: 'a@example.org', password };
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
    ]) {
      expect((await browser.post(signIn, body, { headers: { 'content-type': type } })).status).toBe(415);
    }
  });

  test.each([
    ['half of JSON', '{"email":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a prototype', '{"__proto__":{"operator":true},"email":"a@example.org","password":"x"}'],
    ['objects for text', '{"email":{"$ne":null},"password":{"$ne":null}}'],
    ['a NUL', JSON.stringify({ email: 'a\0@example.org', password })],
    ['half a character', '{"email":"\\ud800@example.org","password":"a few words in a row"}'],
  ])('%s instead of a sign-in is refused in words', async (_what, raw) => {
    const answer = await world
      .browser()
      .post(signIn, undefined, { raw, headers: { 'content-type': 'application/json' } });
    expect([400, 401]).toContain(answer.status);
    expect(answer.body).toMatchObject({ title: expect.any(String), detail: expect.any(String) });
  });

  test('a name that no store can hold is refused, not lost in an error', async () => {
    const { account, browser } = await world.buildPerson();
    for (const name of ['a\0b', '\ud800', 'x'.repeat(10_000), '\u202e', '\n']) {
      expect((await browser.send('PATCH', '/api/me', { name })).status).toBe(400);
    }
    expect((await world.accounts.userOf(account.id))?.name).toBe(account.name);
  });

  test('a body over the limit, or one that does not say its size, is refused', async () => {
    const raw = JSON.stringify({ email: 'a@example.org', password: 'x'.repeat(1_100_000) });
    const headers = { 'content-type': 'application/json' };
    expect((await world.browser().post(signIn, undefined, { raw, headers })).status).toBe(413);
    const chunked = await fetch(world.url + signIn, {
      method: 'POST',
      headers: { ...headers, origin: world.url },
      body: new Blob([raw]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(411);
  });

  test('every other address of the library behind it answers like one that is not there', async () => {
    const { browser } = await world.buildPerson();
    const nowhere = await browser.get('/api/nowhere');
    for (const path of [
      'get-session',
      'list-sessions',
      'update-user',
      'delete-user',
      'change-email',
      'sign-in/social',
      'token',
      'ok',
      'error',
    ]) {
      expect(await browser.get(`/api/auth/${path}`)).toMatchObject({ status: 404, body: nowhere.body });
      expect(await browser.post(`/api/auth/${path}`, {})).toMatchObject({ status: 404, body: nowhere.body });
    }
  });

  test('headers of ours that a client sends do not choose its device or address', async () => {
    const { account } = await world.buildPerson();
    const browser = world.browser();
    const headers = {
      'x-hearth-device-seed': 'A'.repeat(32),
      'x-hearth-address': '6.6.6.6',
      'x-forwarded-for': '6.6.6.6',
    };
    await browser.post(signIn, { email: account.email, password }, { headers });
    const { sessions } = (await browser.get('/api/sessions')).body as {
      sessions: { current: boolean; address: string; device: string }[];
    };
    const own = sessions.find((session) => session.current);
    // This machine itself, whatever the headers say.
    expect(own?.address).toBeNull();
    const twin = world.browser();
    await twin.post(signIn, { email: account.email, password }, { headers });
    expect((await twin.get('/api/me')).body).not.toMatchObject({ device: own?.device });
  });

  test('a foreign device cookie gives an id of one’s own, never the other person’s', async () => {
    const [ada, eve] = [await world.buildPerson(), await world.buildPerson()];
    const seed = /hearth\.device=[^;]+/.exec(ada.browser.cookies)?.[0] ?? '';
    const stolen = await world
      .browser()
      .post(signIn, { email: eve.account.email, password }, { headers: { cookie: seed } });
    expect(stolen.body).not.toMatchObject({ device: ada.session.device });
  });

  test('every answer forbids framing, sniffing, referring and keeping', async () => {
    for (const path of ['/api/health', '/api/me', '/api/nowhere', '/api/openapi.json']) {
      const { headers } = await world.browser().get(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toBeTruthy();
    }
  });
});

describe('someone who guesses', () => {
  const limits = { attemptsPerAddress: 6, failuresPerAccount: 3, accountsPerAddress: 2 };

  async function inWorld(run: (world: AccountsWorld) => Promise<void>, trustProxy = 0) {
    const world = await startAccounts({ limits, trustProxy });
    try {
      await run(world);
    } finally {
      await world.stop();
    }
  }

  test('is stopped per account, also with the right password, and told when it opens again', () =>
    inWorld(async (world) => {
      const { email } = await world.accounts.createUser({ name: 'Ada', email: 'ada@example.org', password });
      for (let n = 0; n < 3; n++)
        expect((await world.browser().post(signIn, { email, password: `guess ${n}` })).status).toBe(401);
      const stopped = await world.browser().post(signIn, { email: email.toUpperCase(), password });
      expect(stopped).toMatchObject({ status: 429, body: { todo: expect.any(String) } });
      expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
    }));

  test('guessing at once counts as well as guessing in turn', () =>
    inWorld(async (world) => {
      const { email } = await world.accounts.createUser({ name: 'Ada', email: 'ada@example.org', password });
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) => world.browser().post(signIn, { email, password: `guess ${n}` })),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    }));

  test('is stopped per address across accounts, and a made-up proxy header buys nothing', () =>
    inWorld(async (world) => {
      for (let n = 0; n < 6; n++) {
        const headers = { 'x-forwarded-for': `10.0.0.${n}`, 'x-real-ip': `10.0.0.${n}`, forwarded: `for=10.0.0.${n}` };
        expect((await world.browser().post(signIn, { email: `a${n}@example.org`, password }, { headers })).status).toBe(
          401,
        );
      }
      const headers = { 'x-forwarded-for': '10.0.0.99' };
      expect((await world.browser().post(signIn, { email: 'b@example.org', password }, { headers })).status).toBe(429);
      expect((await world.browser().post('/api/setup', buildSetup({ token: 'x' }))).status).toBe(429);
    }));

  test('behind a trusted proxy the address it appended counts, not those before it', () =>
    inWorld(async (world) => {
      const from = (address: string, n: number) =>
        world
          .browser()
          .post(
            signIn,
            { email: `c${n}@example.org`, password },
            { headers: { 'x-forwarded-for': `10.9.9.${n}, ${address}` } },
          );
      for (let n = 0; n < 6; n++) expect((await from('192.0.2.7', n)).status).toBe(401);
      expect((await from('192.0.2.7', 7)).status).toBe(429);
      expect((await from('192.0.2.8', 8)).status).toBe(401);
    }, 1));

  test('making accounts is counted on its own', () =>
    inWorld(async (world) => {
      const make = (n: number) =>
        world.browser().post('/api/auth/sign-up/email', { name: 'Many', email: `m${n}@example.org`, password });
      expect((await make(1)).status).toBe(200);
      expect((await make(2)).status).toBe(200);
      expect((await make(3)).status).toBe(429);
    }));
});
