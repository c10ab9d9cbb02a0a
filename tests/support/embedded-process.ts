import { startEmbeddedPostgres } from '#server/database/embedded.ts';
import { testLog } from './postgres-server.ts';

// A process that holds an embedded PostgreSQL in the folder it is given, to be killed by a test. Says "up", ends with SIGTERM.
const [, , dataDir = ''] = process.argv;
try {
  const server = await startEmbeddedPostgres({ dataDir, log: testLog, durable: false });
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  process.stdout.write('up\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
