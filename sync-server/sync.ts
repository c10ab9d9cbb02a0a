import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { ApiEnv } from '#kernel/api.ts';
import type { Actor } from '#kernel/commands.ts';
import type { ReadRecords } from '#kernel/records.ts';
import { createRegistry, type Registry } from '#kernel/registry.ts';
import { slices } from '#features/slices.ts';
import type { Accounts } from '#features/account/identity/server/index.ts';
import { registerChannelMembersApi } from '#features/community/channels/server/index.ts';
import { registerSlugsApi } from '#features/community/communities/server/index.ts';
import { registerInvitesApi, registerMembersApi } from '#features/community/members/server/index.ts';
import { Author } from './author/author.ts';
import { Compaction } from './author/compaction.ts';
import type { Database } from './database/open.ts';
import { Gate } from './gate/gate.ts';
import { Limits, type Rates } from './gate/limits.ts';
import { RefusedAttempts } from './gate/refused-attempts.ts';
import type { Screen } from './gate/screen.ts';
import type { OriginSettings } from './http/origin.ts';
import { Access } from './replicate/access.ts';
import { registerSyncApi } from './replicate/api.ts';
import { Away } from './replicate/away.ts';
import { Catchup } from './replicate/catchup.ts';
import { PlacesReader } from './replicate/places.ts';
import { ReadMarks } from './replicate/read-marks.ts';
import { Replication } from './replicate/replication.ts';
import { sessionSender, type SubmitAs } from './session-sender.ts';
import { createSystemDoor, type SubmitAsSystem } from './system-door.ts';

export interface SyncDependencies {
  settings: OriginSettings;
  database: Pick<Database, 'pool' | 'connect'>;
  accounts: Pick<Accounts, 'sessionOf' | 'userOf' | 'onSessionEnded'>;
  log: Logger;
  /** Other rates than the product's own. */
  rates?: Rates;
  screen?: Screen;
  /** Counts what was refused, by what it was; a command by its code: `command:rank`. */
  onRefused?: (what: string) => void;
  /** Counts the bytes answered to devices that catch up. */
  onCatchup?: (bytes: number) => void;
}

export interface Sync {
  registry: Registry;
  author: Author;
  gate: Gate;
  access: Access;
  replication: Replication;
  compaction: Compaction;
  submitAsSystem: SubmitAsSystem;
  /** A command as the person of a session, for routes that are more than the command itself. */
  submitAs: SubmitAs;
  /** Runs a look at a community's facts, loading what it misses. */
  readCommunity<T>(community: string, look: (records: ReadRecords) => T): Promise<T>;
  registerApi(app: OpenAPIHono<ApiEnv>): void;
  /** Answers what was taken, closes sockets, ends the author. The database stays open. */
  close(): Promise<void>;
}

/** The sync core put together: gate, author, replication, and what they share. */
export function createSync(deps: SyncDependencies): Sync {
  const { database, accounts, log, onRefused } = deps;
  const { pool } = database;
  const registry = createRegistry(slices);
  const author = new Author({ registry, pool, connect: () => database.connect(), log: log.child({ part: 'author' }) });
  const attempts = new RefusedAttempts(log.child({ part: 'gate' }));
  const gate = new Gate({
    registry,
    author,
    limits: new Limits(deps.rates),
    log: log.child({ part: 'gate' }),
    ...(deps.screen ? { screen: deps.screen } : {}),
    onRefused(refused) {
      attempts.note(refused);
      onRefused?.(`command:${refused.code}`);
    },
  });
  const access = new Access(author, pool);
  const marks = new ReadMarks(pool, log);
  const epoch = async (): Promise<string> => {
    const { rows } = await pool.query<{ epoch: string }>(
      `select (select value #>> '{}' from instance where key = 'installation') || '.' ||
              (select value #>> '{}' from instance where key = 'epoch') as epoch`,
    );
    return rows[0]?.epoch ?? '';
  };
  const places = new PlacesReader({ author, pool, marks, epoch });
  const away = new Away(pool);
  const catchup = new Catchup({
    pool,
    access,
    registry,
    epoch,
    ...(deps.onCatchup ? { onAnswered: deps.onCatchup } : {}),
  });
  const actorOf = async (userId: string): Promise<Actor | null> => {
    const account = await accounts.userOf(userId);
    return (
      account && {
        user: account.id,
        name: account.name,
        ...(account.picture ? { picture: account.picture } : {}),
        operator: account.operator,
        system: false,
      }
    );
  };
  const replication = new Replication({
    settings: deps.settings,
    registry,
    author,
    gate,
    access,
    places,
    marks,
    away,
    pool,
    log: log.child({ part: 'replication' }),
    sessionOf: (headers) => accounts.sessionOf(headers),
    actorOf,
    ...(onRefused ? { onRefused } : {}),
  });
  const stopListening = accounts.onSessionEnded((id) => replication.endSession(id));
  const compaction = new Compaction({ author, pool, log: log.child({ part: 'compaction' }) });
  const submitAs = sessionSender({ gate, actorOf });
  const readCommunity: Sync['readCommunity'] = (community, look) => author.read(`community/${community}`, look);

  return {
    registry,
    author,
    gate,
    access,
    replication,
    compaction,
    submitAsSystem: createSystemDoor(gate),
    submitAs,
    readCommunity,
    registerApi(app) {
      registerSyncApi(app, { gate, access, away, catchup, places, marks, pool, actorOf });
      const facts = { pool, read: readCommunity, submitAs };
      registerInvitesApi(app, facts);
      registerMembersApi(app, facts);
      registerSlugsApi(app, facts);
      registerChannelMembersApi(app, { ...facts, communityOf: (channel) => access.communityOfChannel(channel) });
    },
    async close() {
      stopListening();
      await compaction.close();
      await author.close();
      await replication.close();
      await marks.flush();
    },
  };
}
