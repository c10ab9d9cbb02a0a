import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { ulid } from '#kernel/ids.ts';
import { createApi } from '#server/http/api.ts';
import { FakeAccounts } from '#tests/support/fake-accounts.ts';
import { createDatabase, debian15, type TestDatabase } from '#tests/support/postgres.ts';
import { testLog } from '#tests/support/postgres-server.ts';
import { watchErasures } from './erasure-watch.ts';
import { Jobs, type Job } from './jobs.ts';
import { registerJobsApi } from './jobs-api.ts';
import { forgetEvents, forgetReceipts, forgetSessions } from './retention.ts';

const idle = (name: string, run: Job['run']): Job => ({ name, cron: '0 0 1 1 *', run });

for (const server of ['embedded', 'postgres15'] as const) {
  describe.skipIf(server === 'postgres15' && !debian15())(`jobs on ${server} PostgreSQL (needs it installed)`, () => {
    let database: TestDatabase;
    const open: Jobs[] = [];
    beforeAll(async () => {
      database = await createDatabase({ server });
    });
    afterEach(async () => {
      for (const jobs of open.splice(0)) await jobs.close();
    });
    afterAll(() => database.drop());

    it('run when they are due, and are no longer due once they are gone', async () => {
      let ran = 0;
      const due = { ...idle('count', async () => `${++ran}`), cron: '* * * * *' };
      const jobs = new Jobs({ jobs: [due], pool: database.pool, log: testLog, look: 0.5 });
      open.push(jobs);
      await jobs.start();
      await jobs.enqueue('count');
      await expect.poll(async () => (await jobs.runs())[0]?.note, { timeout: 10_000 }).toBe('1');
      const scheduled = () => database.pool.query('select key, cron from pgboss.schedule');
      expect((await scheduled()).rows).toEqual([{ key: 'count', cron: '* * * * *' }]);
      await jobs.close();
      const without = new Jobs({ jobs: [], pool: database.pool, log: testLog });
      open.push(without);
      await without.start();
      expect((await scheduled()).rows).toEqual([]);
    });
  });
}

describe('jobs', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());
  const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

  it('show the operator, and nobody else, how they went last', async () => {
    let broken = true;
    const run = async () => {
      if (broken) throw new Error('the disk is full');
      return '3 receipts';
    };
    const jobs = new Jobs({ jobs: [idle('tidy', run), idle('never', run)], pool: database.pool, log: testLog });
    const accounts = new FakeAccounts();
    const operator = accounts.add('Ines', { operator: true });
    const member = accounts.add('Kofi');
    const settings = { origin: 'http://localhost', originGiven: true, trustProxy: 0 };
    const { app } = createApi({ settings, database, log: testLog, accounts });
    registerJobsApi(app, { jobs, userOf: accounts.userOf });
    const ask = async (token: string) =>
      app.request('/api/console/jobs', { headers: { authorization: `Bearer ${token}` } });

    await expect(jobs.run('tidy')).rejects.toThrow('the disk is full');
    broken = false;
    await jobs.run('tidy');
    const answer = await ask(operator.token);
    expect(await answer.json()).toMatchObject({
      jobs: [
        { name: 'tidy', note: '3 receipts', error: 'the disk is full', endedAt: expect.any(String) },
        { name: 'never', startedAt: null, note: null },
      ],
    });
    expect((await ask(member.token)).status).toBe(404);
    expect((await ask('nobody')).status).toBe(401);
  });

  it('forget receipts past the age at which commands are refused, and no others (C7)', async () => {
    await sql(`insert into receipts (account, id, partition, pos, at)
      select 'a', 'old' || n, 'p', n, now() - interval '396 days' from generate_series(1, 10001) n`);
    await sql(
      `insert into receipts (account, id, partition, pos, at) values ('a', 'new', 'p', 1, now() - interval '394 days')`,
    );
    expect(await forgetReceipts(database.pool).run()).toBe('10001 receipts');
    expect(await sql('select id from receipts')).toEqual([{ id: 'new' }]);
  });

  it('forget old events once every subscriber has read them', async () => {
    const old = Date.now() - 401 * 86_400_000;
    for (const [command, at] of [
      ['read', old],
      ['unread', old],
      ['young', Date.now()],
    ]) {
      await sql(
        `insert into events (partition, actor, command, depth, name, data, at) values ('p', 'a', $1, 0, 'E', '{}', $2)`,
        [command, at],
      );
    }
    const job = forgetEvents(database.pool, ['quick', 'slow']);
    expect(await job.run()).toBe('0 events');
    await sql(`insert into subscribers (name, tx, id) select 'quick', tx, id from events where command = 'young'`);
    expect(await job.run()).toBe('0 events');
    await sql(`insert into subscribers (name, tx, id) select 'slow', tx, id from events where command = 'read'`);
    await sql(`insert into subscribers (name) values ('of a former version')`);
    expect(await job.run()).toBe('1 events');
    expect(await sql('select command from events order by tx, id')).toEqual([
      { command: 'unread' },
      { command: 'young' },
    ]);
  });

  it('forget sessions that are over, and keep those that are not', async () => {
    const user = ulid();
    await sql(`insert into users (id, name, email) values ($1, 'Ines', 'ines@example.org')`, [user]);
    await sql(
      `insert into sessions (id, user_id, token, device, expires_at) values
         ('over', $1, 't1', 'd', now() - interval '1 minute'), ('open', $1, 't2', 'd', now() + interval '1 minute')`,
      [user],
    );
    await forgetSessions(database.pool).run();
    expect(await sql('select id from sessions')).toEqual([{ id: 'open' }]);
  });

  it('warn of erasures that are late (E2)', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
    await sql(`insert into erasures (document, pos) values ('fresh', 1)`);
    expect(await watchErasures(database.pool, log).run()).toBe(
      '1 documents wait for their erasure, 0 of them too long',
    );
    expect(lines).toEqual([]);
    await sql(`insert into erasures (document, pos, since) values ('late', 1, now() - interval '25 hours')`);
    expect(await watchErasures(database.pool, log).run()).toBe(
      '2 documents wait for their erasure, 1 of them too long',
    );
    expect(lines).toEqual([expect.stringContaining('after 24 hours')]);
  });
});
