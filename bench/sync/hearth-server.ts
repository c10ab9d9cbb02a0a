import { createServer } from 'node:http';
import pg from 'pg';
import { pino } from 'pino';
import { createSync } from '#server/sync.ts';
import { answerMeasurements } from './measure.ts';

// Ours, whole: gate, author, PostgreSQL with fsync, read-only replicas. Only signing in is left out, on both sides.
const connectionString = process.env['BENCH_DATABASE'];
const pool = new pg.Pool({ connectionString, max: 8 });
const backends: number[] = [];
const connect = async () => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  if (rows[0]) backends.push(rows[0].pid);
  return client;
};
const log = pino({ level: 'warn' });
const unlimited = { messages: [[1e9, 1]] } as const;
const sync = createSync({
  settings: { origin: 'http://localhost', originGiven: true, trustProxy: 0 },
  database: { pool, connect },
  accounts: {
    sessionOf: async (headers) => {
      const userId = headers.get('authorization')?.slice('Bearer '.length) ?? '';
      return { id: userId, userId, device: userId, kind: 'token', expiresAt: new Date(Date.now() + 1e9) };
    },
    userOf: async (id) => ({ id, name: id, email: id, picture: null, operator: false, createdAt: new Date() }),
    onSessionEnded: () => () => undefined,
  },
  log,
  rates: unlimited,
});
const server = createServer();
server.on('upgrade', (request, stream, head) => void sync.replication.upgrade(request, stream, head));
server.listen(0, '127.0.0.1', () => answerMeasurements(server, () => backends));
