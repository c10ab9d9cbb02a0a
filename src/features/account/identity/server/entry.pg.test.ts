import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { password, startAccounts } from '#tests/support/accounts.ts';
import type { AccountsWorld } from '#tests/support/accounts.ts';
import { resetPassword } from './reset-password.ts';

const signIn = '/api/auth/sign-in/email';
const signUp = '/api/auth/sign-up/email';

describe('signing in and up', () => {
  let world: AccountsWorld;
  beforeAll(async () => void (world = await startAccounts()));
  afterAll(() => world.stop());

  test('somebody makes an account, signs in with any capitals in the address, and is who they said', async () => {
    const browser = world.browser();
    expect(await browser.post(signUp, { name: '  Ada ', email: 'Ada@Example.org', password })).toMatchObject({
      status: 200,
      body: { done: true },
    });
    expect((await browser.get('/api/me')).status).toBe(401);
    const signedIn = await browser.post(signIn, { email: 'aDA@example.org', password });
    expect(signedIn.body).toMatchObject({ account: { name: 'Ada', email: 'ada@example.org', operator: false } });
    expect((await browser.get('/api/me')).body).toEqual(signedIn.body);
  });

  test('the session is a cookie that scripts cannot read, and its token is in no answer', async () => {
    const { account, browser } = await world.buildPerson();
    const again = await browser.post(signIn, { email: account.email, password });
    const [cookie] = again.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const token = decodeURIComponent(/hearth\.session_token=([^;]+)/.exec(cookie ?? '')?.[1] ?? '').split('.')[0] ?? '';
    expect(token).not.toBe('');
    expect(JSON.stringify(again.body)).not.toContain(token);
    expect(JSON.stringify((await browser.get('/api/sessions')).body)).not.toContain(token);
  });

  test('signing up with a taken address answers exactly like with a free one, and changes nothing', async () => {
    const { account } = await world.buildPerson('Grace');
    const taken = await world
      .browser()
      .post(signUp, { name: 'Thief', email: account.email, password: 'another few words' });
    const free = await world
      .browser()
      .post(signUp, { name: 'Thief', email: 'free@example.org', password: 'another few words' });
    expect(taken.status).toBe(free.status);
    expect(taken.body).toEqual(free.body);
    expect(taken.headers.getSetCookie()).toEqual(free.headers.getSetCookie());
    expect((await world.accounts.userOf(account.id))?.name).toBe('Grace');
    expect((await world.browser().post(signIn, { email: account.email, password: 'another few words' })).status).toBe(
      401,
    );
  });

  test('two who sign up with one address at once get the same answer and one account', async () => {
    const twice = await Promise.all(
      ['One', 'Two'].map((name) => world.browser().post(signUp, { name, email: 'race@example.org', password })),
    );
    expect(twice.map(({ status, body }) => ({ status, body }))).toEqual(
      Array(2).fill({ status: 200, body: { done: true } }),
    );
    const found = await world.database.pool.query(`select 1 from users where email = 'race@example.org'`);
    expect(found.rowCount).toBe(1);
  });

  test('a wrong password and an unknown address are refused with the same words', async () => {
    const { account } = await world.buildPerson();
    const wrong = await world.browser().post(signIn, { email: account.email, password: 'not this one' });
    const unknown = await world.browser().post(signIn, { email: 'nobody@example.org', password: 'not this one' });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(wrong.body).toEqual(unknown.body);
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
  });

  test.each([
    ['a short password', { password: 'too short' }],
    ['a name without a character', { name: '   ' }],
    ['a name that turns the writing around', { name: 'Ada\u202Enimda' }],
    ['something that is no address', { email: 'ada at example' }],
    ['a field nobody asked for', { operator: true }],
  ])('%s is refused in words', async (_what, wrong) => {
    const refused = await world.browser().post(signUp, { name: 'Ada', email: 'shape@example.org', password, ...wrong });
    expect(refused).toMatchObject({ status: 400, body: { title: expect.any(String), detail: expect.any(String) } });
    expect((await world.database.pool.query(`select 1 from users where email = 'shape@example.org'`)).rowCount).toBe(0);
  });

  test('signing in again on the same browser keeps the device, ends the old session, and shares no device with another account', async () => {
    const { account, browser, session } = await world.buildPerson();
    const again = await browser.post(signIn, { email: account.email, password });
    expect(again.body).toMatchObject({ device: session.device });
    expect((await browser.get('/api/sessions')).body).toMatchObject({ sessions: [{ current: true }] });

    const other = await world.buildPerson();
    const onSameBrowser = await browser.post(signIn, { email: other.account.email, password });
    const { device } = onSameBrowser.body as { device: string };
    expect(new Set([device, session.device, other.session.device]).size).toBe(3);
  });

  test('signing out ends the session; a thief’s copy of the cookie is worth nothing afterwards', async () => {
    const { browser } = await world.buildPerson();
    const copy = browser.copy();
    expect((await browser.post('/api/auth/sign-out', {})).status).toBe(200);
    expect((await copy.get('/api/me')).status).toBe(401);
    expect(browser.cookies).not.toContain('session_token');
    expect(browser.cookies).toContain('hearth.device');
    expect((await copy.post('/api/auth/sign-out', { forget: true })).status).toBe(200);
    expect(copy.cookies).toBe('');
  });

  test('an expired session is nobody', async () => {
    const { browser, session } = await world.buildPerson();
    await world.database.pool.query(`update sessions set expires_at = now() - interval '1 second' where id = $1`, [
      session.id,
    ]);
    expect((await browser.get('/api/me')).status).toBe(401);
  });

  test('a new name is told to the rest of the house', async () => {
    const onPersonRenamed = vi.fn();
    const own = await startAccounts({ onPersonRenamed });
    try {
      const { account, browser } = await own.buildPerson();
      expect((await browser.send('PATCH', '/api/me', { name: 'Mary' })).body).toMatchObject({ name: 'Mary' });
      expect(onPersonRenamed).toHaveBeenCalledExactlyOnceWith(account.id, 'Mary');
    } finally {
      await own.stop();
    }
  });

  test('whoever lost their password is given another, and is signed out everywhere', async () => {
    const { account, browser } = await world.buildPerson();
    expect(await resetPassword(world.accounts, 'nobody@example.org', 'quite another one')).toBe(false);
    expect(await resetPassword(world.accounts, account.email.toUpperCase(), 'quite another one')).toBe(true);
    expect((await browser.get('/api/me')).status).toBe(401);
    expect((await browser.post(signIn, { email: account.email, password })).status).toBe(401);
    expect((await browser.post(signIn, { email: account.email, password: 'quite another one' })).status).toBe(200);
  });

  test('a changed password ends every other session and only the new one opens', async () => {
    const { account, browser } = await world.buildPerson();
    const elsewhere = world.browser();
    await elsewhere.post(signIn, { email: account.email, password });
    const wrong = await browser.post('/api/me/password', { current: 'not this one', next: 'quite another one' });
    expect(wrong).toMatchObject({ status: 403, body: { kept: expect.any(String) } });
    expect((await elsewhere.get('/api/me')).status).toBe(200);

    expect((await browser.post('/api/me/password', { current: password, next: 'quite another one' })).body).toEqual({
      ended: 1,
    });
    expect((await elsewhere.get('/api/me')).status).toBe(401);
    expect((await browser.get('/api/me')).status).toBe(200);
    expect((await elsewhere.post(signIn, { email: account.email, password })).status).toBe(401);
    expect((await elsewhere.post(signIn, { email: account.email, password: 'quite another one' })).status).toBe(200);
  });
});

describe('signing up while it is closed', () => {
  let world: AccountsWorld;
  beforeAll(async () => {
    world = await startAccounts({ inviteIsValid: (code) => code === 'good' });
    await world.database.pool.query(`update instance set value = '"invite"' where key = 'sign_up'`);
  });
  afterAll(() => world.stop());

  test('needs an invite that is still good', async () => {
    const person = { name: 'Ada', email: 'ada@example.org', password };
    expect((await world.browser().get('/api/setup')).body).toMatchObject({ signUp: 'invite' });
    expect((await world.browser().post(signUp, person)).status).toBe(403);
    expect((await world.browser().post(signUp, { ...person, invite: 'old' })).status).toBe(403);
    expect((await world.browser().post(signUp, { ...person, invite: 'good' })).status).toBe(200);
    expect((await world.browser().post(signIn, { email: person.email, password })).status).toBe(200);
  });

  test('is refused alike for a taken and a free address', async () => {
    const { account } = await world.buildPerson();
    const taken = await world.browser().post(signUp, { name: 'Ada', email: account.email, password });
    const free = await world.browser().post(signUp, { name: 'Ada', email: 'free@example.org', password });
    expect(taken).toMatchObject({ status: 403, body: free.body });
  });
});
