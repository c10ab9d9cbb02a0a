import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildSetup, setupToken, startAccounts } from '#tests/support/accounts.ts';
import type { AccountsWorld } from '#tests/support/accounts.ts';
import type { MakeFirstCommunity } from './setup-api.ts';
import { prepareSetup } from './setup.ts';

describe('the first visit', () => {
  let world: AccountsWorld;
  const firstCommunity = vi.fn<MakeFirstCommunity>();
  beforeEach(async () => {
    firstCommunity.mockReset().mockResolvedValue({ id: 'c', slug: 'listening-walks' });
    world = await startAccounts({ firstCommunity });
  });
  afterEach(() => world.stop());

  test('whoever brings the token becomes the operator, is signed in, and has a community', async () => {
    const token = await setupToken(world.accounts);
    const browser = world.browser();
    expect((await browser.get('/api/setup')).body).toMatchObject({ needed: true });
    expect((await browser.post('/api/setup/check', { token })).body).toEqual({ fits: true });
    const made = await browser.post('/api/setup', buildSetup({ token }));
    expect(made).toMatchObject({
      status: 201,
      body: { account: { operator: true }, community: { slug: 'listening-walks' } },
    });
    const { account, session, device } = (await browser.get('/api/me')).body as {
      account: { id: string };
      session: { id: string };
      device: string;
    };
    expect(firstCommunity).toHaveBeenCalledExactlyOnceWith({
      userId: account.id,
      sessionId: session.id,
      device,
      community: { name: 'Listening Walks', slug: 'listening-walks', description: 'We walk and listen.' },
      sample: true,
    });
    expect((await browser.get('/api/setup')).body).toMatchObject({ needed: false });
    expect(await prepareSetup(world.accounts)).toBeNull();
  });

  test('a token works once, a wrong one never, and both are refused like an address that is not there', async () => {
    const token = await setupToken(world.accounts);
    const browser = world.browser();
    const nowhere = await browser.get('/api/nowhere');
    expect(nowhere.status).toBe(404);
    expect(await browser.post('/api/setup', buildSetup({ token: 'a guess' }))).toMatchObject({
      status: 404,
      body: nowhere.body,
    });
    expect((await browser.post('/api/setup', buildSetup({ token }))).status).toBe(201);
    expect(await world.browser().post('/api/setup', buildSetup({ token, email: 'eve@example.org' }))).toMatchObject({
      status: 404,
      body: nowhere.body,
    });
    expect((await world.database.pool.query('select 1 from users')).rowCount).toBe(1);
  });

  test('of two who bring the token at once one comes through', async () => {
    const token = await setupToken(world.accounts);
    const answers = await Promise.all(
      ['ada', 'eve'].map((name) =>
        world.browser().post('/api/setup', buildSetup({ token, email: `${name}@example.org` })),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
    expect((await world.database.pool.query('select 1 from users where operator')).rowCount).toBe(1);
  });

  test('the next start makes a new token and the old one stops working', async () => {
    const old = await setupToken(world.accounts);
    const token = await setupToken(world.accounts);
    expect((await world.browser().post('/api/setup', buildSetup({ token: old }))).status).toBe(404);
    expect((await world.browser().post('/api/setup', buildSetup({ token }))).status).toBe(201);
  });

  test('a form with something wrong in it does not use the token up', async () => {
    const token = await setupToken(world.accounts);
    const browser = world.browser();
    expect((await browser.post('/api/setup', buildSetup({ token, password: 'short' }))).status).toBe(400);
    await world.accounts.createUser({ name: 'Early', email: 'ines@example.org', password: 'signed up too early' });
    expect((await browser.post('/api/setup', buildSetup({ token }))).status).toBe(409);
    expect((await browser.post('/api/setup', buildSetup({ token, email: 'other@example.org' }))).status).toBe(201);
  });

  test('a community that cannot be made does not take the account back', async () => {
    firstCommunity.mockRejectedValue(new Error('the address is taken'));
    const token = await setupToken(world.accounts);
    const browser = world.browser();
    expect(await browser.post('/api/setup', buildSetup({ token }))).toMatchObject({
      status: 201,
      body: { community: null },
    });
    expect((await browser.get('/api/me')).body).toMatchObject({ account: { operator: true } });
  });

  test('unattended, the operator is made once', async () => {
    const operator = { name: 'Operator', email: 'op@example.org', password: 'given in the environment' };
    const first = await world.accounts.ensureOperator(operator);
    expect(first.created).toBe(true);
    expect(await world.accounts.ensureOperator({ ...operator, email: 'other@example.org' })).toEqual({
      created: false,
      userId: first.userId,
    });
    expect(await prepareSetup(world.accounts)).toBeNull();
  });
});
