import { afterAll, beforeAll, expect, test } from 'vitest';
import { password, startAccounts, type AccountsWorld } from '#tests/support/accounts.ts';
import { resetPassword } from './reset-password.ts';

let world: AccountsWorld;
beforeAll(async () => {
  world = await startAccounts();
});
afterAll(() => world.stop());

test('a password the operator resets works, the old one does not, and every device is signed out', async () => {
  const { account, session, browser } = await world.buildPerson('Wanjiru');
  const signIn = async (tried: string) =>
    (await world.browser().post('/api/auth/sign-in/email', { email: account.email, password: tried })).status;
  expect(await resetPassword(world.accounts, ' Wanjiru@Example.org ', 'another few words')).toBe(true);
  expect(await world.accounts.sessionOf(new Headers({ cookie: browser.cookies }))).toBeNull();
  expect((await world.database.pool.query('select 1 from sessions where id = $1', [session.id])).rowCount).toBe(0);
  expect(await signIn('another few words')).toBe(200);
  expect(await signIn(password)).not.toBe(200);
});

test('and what programs were given is nobody’s any more, heard of at once', async () => {
  const { account, browser } = await world.buildPerson('Kofi');
  const { body } = await browser.post('/api/tokens', { name: 'Weekly report' });
  const { id, secret } = body as { id: string; secret: string };
  const headers = { authorization: `Bearer ${secret}` };
  const program = world.browser(null);
  expect((await program.get('/api/me', { headers })).status).toBe(200);
  const ended: string[] = [];
  world.accounts.onSessionEnded((session) => ended.push(session));
  await resetPassword(world.accounts, account.email, 'another few words');
  expect(ended).toContain(id);
  expect((await program.get('/api/me', { headers })).status).toBe(401);
});

test('for an address nobody has, nothing is done', async () => {
  expect(await resetPassword(world.accounts, 'nobody@example.org', 'another few words')).toBe(false);
});
