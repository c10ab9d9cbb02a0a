import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testLog } from '#tests/support/postgres-server.ts';
import { FakeAccounts } from '#tests/support/fake-accounts.ts';
import { createDatabase, type TestDatabase } from '#tests/support/postgres.ts';
import { createApi, type Api } from './api.ts';
import { Metrics, registerMetrics } from './metrics.ts';

describe('metrics', () => {
  let database: TestDatabase;
  let app: Api;
  let metrics: Metrics;
  const accounts = new FakeAccounts();
  const operator = accounts.add('Ines', { operator: true });
  const member = accounts.add('Kofi');

  beforeAll(async () => {
    database = await createDatabase();
    const settings = { origin: 'http://localhost', originGiven: true, trustProxy: 0 };
    app = createApi({ settings, database, log: testLog, accounts }).app;
    metrics = new Metrics({
      pool: database.pool,
      replication: () => ({ sockets: 3, documents: 5 }),
      author: () => ({ partitions: 1, documents: 2, waiting: 0 }),
    });
    registerMetrics(app, { metrics, userOf: accounts.userOf });
  });
  afterAll(() => database.drop());

  const ask = (headers: Record<string, string>, remoteAddress = '203.0.113.9') =>
    app.request('/api/metrics', { headers }, { incoming: { socket: { remoteAddress } } });

  it('count what is accepted and refused, and say what is in memory', async () => {
    metrics.committed(7, 3);
    metrics.refused('command:rank');
    metrics.refused('document');
    metrics.answeredCatchup(1024);
    const answer = await ask({ authorization: `Bearer ${operator.token}` });
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const lines = (await answer.text()).split('\n');
    for (const line of [
      'hearth_commands_accepted_total 7',
      'hearth_commits_total 1',
      'hearth_commit_seconds_bucket{le="0.005"} 1',
      'hearth_commands_refused_total{code="rank"} 1',
      'hearth_refused_total{what="document"} 1',
      'hearth_catchup_bytes_total 1024',
      'hearth_sockets 3',
      'hearth_documents_open 5',
      'hearth_author_partitions 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.some((line) => line.startsWith('nodejs_eventloop_lag_p99_seconds '))).toBe(true);
    expect(lines.some((line) => line.startsWith('hearth_database_connections '))).toBe(true);
  });

  it('are the operator’s, and a program’s on this machine', async () => {
    expect((await ask({ host: 'localhost:3000' }, '127.0.0.1')).status).toBe(200);
    expect((await ask({ authorization: `Bearer ${operator.token}` })).status).toBe(200);
    expect((await ask({ authorization: `Bearer ${member.token}` })).status).toBe(404);
    expect((await ask({ host: 'localhost:3000' })).status).toBe(401);
  });

  it('are nobody’s who only seems to come from this machine: through a proxy, or from a foreign page', async () => {
    const proxied = { host: 'localhost:3000', 'x-forwarded-for': '127.0.0.1' };
    expect((await ask(proxied, '127.0.0.1')).status).toBe(401);
    expect((await ask({ host: 'hearth.example.org' }, '127.0.0.1')).status).toBe(401);
  });
});
