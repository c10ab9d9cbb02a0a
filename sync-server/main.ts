import path from 'node:path';
import { writeBackup } from './database/backup.ts';
import { migrate } from './database/migrate.ts';
import { openDatabase, type Database } from './database/open.ts';
import {
  createAccounts,
  prepareSetup,
  registerAccountsApi,
  resetPassword,
} from '#features/account/identity/server/index.ts';
import { createFirstCommunity } from '#features/community/communities/server/index.ts';
import { inviteIsValid } from '#features/community/members/server/index.ts';
import { serverSlices } from '#features/server-slices.ts';
import { openHost } from './host.ts';
import { createApi } from './http/api.ts';
import { createLocalSocket } from './http/local.ts';
import { carryName } from './subscribers/names.ts';
import { Subscribers } from './subscribers/subscribers.ts';
import { Jobs } from './jobs/jobs.ts';
import { registerJobsApi } from './jobs/jobs-api.ts';
import { upkeep } from './jobs/upkeep.ts';
import { Metrics, registerMetrics } from './http/metrics.ts';
import { createSync } from './sync.ts';
import { createSystemDoor } from './system-door.ts';
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

  const accounts = await createAccounts({ settings, database, log: log.child({ part: 'accounts' }) });
  lifecycle.onClose('accounts', () => accounts.close());
  const sync = createSync({
    settings,
    database,
    accounts,
    log,
    ...(settings.rates ? { rates: settings.rates } : {}),
    onRefused: (what) => metrics.refused(what),
    onCatchup: (bytes) => metrics.answeredCatchup(bytes),
  });
  const metrics = new Metrics({
    pool: database.pool,
    replication: () => sync.replication.figures(),
    author: () => sync.author.figures(),
  });
  sync.author.onCommitted(({ commands, milliseconds }) => metrics.committed(commands, milliseconds));
  lifecycle.onClose('the sync core', () => sync.close());
  const subscribers = new Subscribers({
    definitions: serverSlices.flatMap((slice) => slice.subscribers ?? []),
    author: sync.author,
    pool: database.pool,
    submit: createSystemDoor(sync.gate),
    log: log.child({ part: 'subscribers' }),
  });
  await subscribers.start();
  lifecycle.onClose('subscribers', () => subscribers.close());
  const jobs = new Jobs({
    jobs: upkeep({ pool: database.pool, log: log.child({ part: 'jobs' }), subscribers }),
    pool: database.pool,
    log: log.child({ part: 'jobs' }),
  });
  await jobs.start();
  lifecycle.onClose('jobs', () => jobs.close());

  const api = createApi({ settings, database, log, accounts });
  registerAccountsApi(api.app, {
    accounts,
    log,
    firstCommunity: async ({ userId, community, sample }) =>
      createFirstCommunity({
        submitAsSystem: sync.submitAsSystem,
        owner: { id: userId, name: (await accounts.userOf(userId))?.name ?? settings.admin?.email ?? '' },
        community,
        sample,
      }),
    inviteIsValid: (code) => inviteIsValid({ pool: database.pool, read: sync.readCommunity }, code),
    async onPersonRenamed(user, name) {
      sync.replication.rename(user, name);
      await carryName(subscribers, user);
    },
  });
  sync.registerApi(api.app);
  registerJobsApi(api.app, { jobs, userOf: accounts.userOf });
  registerMetrics(api.app, { metrics, userOf: accounts.userOf });

  const local = await createLocalSocket({
    dataDir: settings.dataDir,
    submit: sync.submitAsSystem,
    pool: database.pool,
    origin: () => settings.origin,
    backup: (folder) => backUp(database, folder),
    setPassword: (email, password) => resetPassword(accounts, email, password),
    log,
  });
  lifecycle.onClose('the local socket', () => local.close());

  lifecycle.onClose('the web server', () => host.close(5_000));
  await host.serve(
    {
      api: (request, response) => void api.listener(request, response),
      upgrade: (request, socket, head) => {
        sync.replication.upgrade(request, socket, head).catch((error: unknown) => {
          log.warn({ err: error }, 'a socket could not be opened');
          socket.destroy();
        });
      },
    },
    settings.origin,
  );
  if (settings.admin) {
    const name = nameOf(settings.admin.email);
    const { created, userId } = await accounts.ensureOperator({ name, ...settings.admin });
    const { name: community, sample } = settings.firstCommunity;
    if (created) {
      await createFirstCommunity({
        submitAsSystem: sync.submitAsSystem,
        owner: { id: userId, name },
        community: { name: community, description: '' },
        sample,
      });
    }
  }
  const setup = await prepareSetup(accounts);
  if (setup) process.stdout.write(`\n  Set up this place, once, at ${settings.origin}${setup}\n`);
  // The one line that people, and the tests that start us, look for.
  process.stdout.write(`\n  Hearth is ready at ${settings.origin}\n\n`);
}

/** On a connection of its own, which reads for as long as the backup is written. */
async function backUp(database: Database, folder: string): Promise<string> {
  const client = await database.connect();
  try {
    return await writeBackup({ client, folder, reason: 'by-hand' });
  } finally {
    await client.end();
  }
}

/** A first name for an operator who was made unattended; they change it in their settings. */
const nameOf = (email: string): string => email.slice(0, email.indexOf('@'));

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
