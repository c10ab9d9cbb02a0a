import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { password, startAccounts } from '#tests/support/accounts.ts';
import type { AccountsWorld, Person } from '#tests/support/accounts.ts';

let world: AccountsWorld;
const ended = vi.fn<(id: string) => void>();

beforeAll(async () => {
  world = await startAccounts();
  world.accounts.onSessionEnded(ended);
});
afterAll(() => world.stop());

const heard = (id: string) => vi.waitFor(() => expect(ended).toHaveBeenCalledWith(id), { timeout: 5_000 });

async function secondDevice({ account }: Person) {
  const browser = world.browser();
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  const answer = await browser.post('/api/auth/sign-in/email', { email: account.email, password }, { headers });
  return { browser, id: (answer.body as { session: { id: string } }).session.id };
}

describe('sessions', () => {
  test('a person sees where they are signed in, this device first, and ends one from another', async () => {
    const person = await world.buildPerson();
    const other = await secondDevice(person);
    expect((await person.browser.get('/api/sessions')).body).toMatchObject({
      sessions: [
        { id: person.session.id, current: true },
        { id: other.id, current: false, browser: 'Firefox', system: 'Linux', address: null },
      ],
    });
    expect((await person.browser.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(204);
    await heard(other.id);
    expect((await other.browser.get('/api/me')).status).toBe(401);
    expect(ended).not.toHaveBeenCalledWith(person.session.id);
  });

  test('ending all others leaves this one', async () => {
    const person = await world.buildPerson();
    const others = [await secondDevice(person), await secondDevice(person)];
    expect((await person.browser.post('/api/sessions/revoke-others', undefined)).body).toEqual({ ended: 2 });
    for (const { id } of others) await heard(id);
    expect((await person.browser.get('/api/me')).status).toBe(200);
  });

  test('another person’s session is not there to be ended', async () => {
    const [ada, eve] = [await world.buildPerson(), await world.buildPerson()];
    const foreign = await eve.browser.send('DELETE', `/api/sessions/${ada.session.id}`);
    const unknown = await eve.browser.send('DELETE', '/api/sessions/01J9ZQ4T4V8Y6W2N3B5C7D8E9F');
    expect(foreign).toMatchObject({ status: 404, body: unknown.body });
    expect((await ada.browser.get('/api/me')).status).toBe(200);
  });

  test.each([
    ['deleted by hand', 'delete from sessions where id = $1'],
    ['cut short by hand', 'update sessions set expires_at = now() where id = $1'],
    ['deleted with its person', 'delete from users where id = (select user_id from sessions where id = $1)'],
  ])('a session %s in the database is heard of here', async (_how, statement) => {
    const { session } = await world.buildPerson();
    await world.database.pool.query(statement, [session.id]);
    await heard(session.id);
  });

  test('a session that ends while the listening connection is lost is heard of once it is back', async () => {
    const { session } = await world.buildPerson();
    const staying = await world.buildPerson();
    const client = await world.database.connect();
    try {
      // In one statement, so that the notice is sent when nobody listens.
      await client.query(
        `do $$ begin
           perform pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%';
           perform pg_sleep(0.05);
           delete from sessions where id = '${session.id}';
         end $$`,
      );
    } finally {
      await client.end();
    }
    await heard(session.id);
    expect(ended).not.toHaveBeenCalledWith(staying.session.id);
    await world.database.pool.query('delete from sessions where id = $1', [staying.session.id]);
    await heard(staying.session.id);
  });
});

describe('tokens for programs', () => {
  async function giveToken(person: Person, days = 30) {
    const made = await person.browser.post('/api/tokens', { name: 'Weekly report', days });
    expect(made.status).toBe(201);
    const { id, secret } = made.body as { id: string; secret: string };
    return { id, bearer: { authorization: `Bearer ${secret}` }, secret };
  }

  test('a program with a token is the person who made it, from any origin, until it is revoked', async () => {
    const person = await world.buildPerson();
    const { id, bearer } = await giveToken(person);
    const program = world.browser(null);
    expect((await program.get('/api/me', { headers: bearer })).body).toMatchObject({
      account: { id: person.account.id },
      session: { id, kind: 'token' },
    });
    expect((await program.send('PATCH', '/api/me', { name: 'Renamed' }, { headers: bearer })).status).toBe(200);
    expect((await person.browser.send('DELETE', `/api/tokens/${id}`)).status).toBe(204);
    await heard(id);
    expect((await program.get('/api/me', { headers: bearer })).status).toBe(401);
  });

  test('the secret is shown once and stored as a hash', async () => {
    const person = await world.buildPerson();
    const { id, secret } = await giveToken(person);
    const listed = await person.browser.get('/api/tokens');
    expect(listed.body).toMatchObject({ tokens: [{ id, name: 'Weekly report', usedAt: null }] });
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    const stored = await world.database.pool.query<{ row: string }>(
      'select access_tokens::text as row from access_tokens where id = $1',
      [id],
    );
    expect(stored.rows[0]?.row).not.toContain(secret);
  });

  test('an expired token is nobody, and says so when it is cut short', async () => {
    const person = await world.buildPerson();
    const { id, bearer } = await giveToken(person);
    const program = world.browser(null);
    await program.get('/api/me', { headers: bearer });
    await world.database.pool.query('update access_tokens set expires_at = now() where id = $1', [id]);
    await heard(id);
    expect((await program.get('/api/me', { headers: bearer })).status).toBe(401);
  });

  test('a new password ends what programs were given with the old one, unless the person keeps them', async () => {
    const person = await world.buildPerson();
    const [kept, program] = [await giveToken(person), world.browser(null)];
    const other = await secondDevice(person);
    const next = 'another few words';
    const keeping = await person.browser.post('/api/me/password', { current: password, next, endOthers: false });
    expect(keeping.body).toEqual({ ended: 0 });
    expect((await program.get('/api/me', { headers: kept.bearer })).status).toBe(200);
    expect((await other.browser.get('/api/me')).status).toBe(200);

    const ending = await person.browser.post('/api/me/password', { current: next, next: password });
    expect(ending.body).toEqual({ ended: 2 });
    await heard(kept.id);
    await heard(other.id);
    expect((await program.get('/api/me', { headers: kept.bearer })).status).toBe(401);
    expect((await person.browser.get('/api/me')).status).toBe(200);
  });

  test('a person has at most fifty', async () => {
    const person = await world.buildPerson();
    await world.database.pool.query(
      `insert into access_tokens (id, user_id, name, hash, expires_at)
       select $1 || '-' || n, $1, 'many', sha256(($1 || n)::bytea), now() + interval '1 day' from generate_series(1, 50) n`,
      [person.account.id],
    );
    expect(await person.browser.post('/api/tokens', { name: 'One more' })).toMatchObject({
      status: 400,
      body: { todo: expect.any(String) },
    });
  });
});
