import path from 'node:path';
import { migrate } from './database/migrate.ts';
import { openDatabase } from './database/open.ts';
import { openHost, type RequestHandler, type UpgradeHandler } from './host.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';
import { atPort, readSettings, type Environment } from './settings.ts';
import type { Logger } from 'pino';

/** The composition root: opens everything in order, and closes it in reverse. */
async function start(environment: Environment, log: Logger, lifecycle: Lifecycle): Promise<void> {
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

/** What an operator can mend is said in words; the stack is for those who look for it. */
function explain(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`\nHearth cannot start.\n${process.env['LOG_LEVEL'] === 'debug' ? stack : message}\n\n`);
}

try {
  const environment = readSettings(process.env);
  const log = createLog(environment.logLevel);
  const lifecycle = createLifecycle(log);
  try {
    await start(environment, log, lifecycle);
  } catch (error) {
    explain(error);
    await lifecycle.shutDown('the start failed', 1);
  }
} catch (error) {
  explain(error);
  process.exit(1);
}
