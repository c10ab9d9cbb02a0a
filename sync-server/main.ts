import path from 'node:path';
import { pino } from 'pino';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { openHost, type RequestHandler, type UpgradeHandler } from './host.ts';
import { createLifecycle } from './lifecycle.ts';
import { atPort, readSettings } from './settings.ts';

/** The composition root: opens everything in order, and closes it in reverse. */
async function main(): Promise<void> {
  const environment = readSettings(process.env);
  const log = pino({ level: environment.logLevel });
  const lifecycle = createLifecycle(log);
  const host = await openHost(environment, log);
  const settings = atPort(environment, host.port);

  const database = await openDatabase(settings, log.child({ part: 'database' }));
  lifecycle.onClose('the database', () => database.close());
  await migrate({ database, log, backups: path.join(settings.dataDir, 'backups') });

  // Gate, author, replication and API are put together here, each with its lifecycle.onClose.

  lifecycle.onClose('the web server', () => host.close(5_000));
  const api: RequestHandler = (_request, response) => response.writeHead(503).end();
  const upgrade: UpgradeHandler = (_request, socket) => socket.destroy();
  await host.serve({ api, upgrade }, settings.origin);
  // The one line that people, and the tests that start us, look for.
  process.stdout.write(`\n  Hearth is ready at ${settings.origin}\n\n`);
}

try {
  await main();
} catch (error) {
  // What an operator can mend is said in words; the stack helps only those who look for it.
  process.stderr.write(`\nHearth cannot start.\n${error instanceof Error ? error.message : String(error)}\n\n`);
  if (process.env['LOG_LEVEL'] === 'debug') process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  process.exit(1);
}
