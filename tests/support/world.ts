import type { OpenAPIHono } from '@hono/zod-openapi';
import * as Y from 'yjs';
import type { ApiEnv } from '#kernel/api.ts';
import { COMMAND_VERSION, type Actor, type Envelope } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import type { ChainRecord } from '#kernel/records.ts';
import type { Receipt } from '#kernel/wire.ts';
import { readState } from '#server/author/store.ts';
import type { Door } from '#server/gate/door.ts';
import type { Rates } from '#server/gate/limits.ts';
import type { Screen } from '#server/gate/screen.ts';
import { createApi } from '#server/http/api.ts';
import { createSync, type Sync } from '#server/sync.ts';
import { FakeAccounts, type FakeAccount } from './fake-accounts.ts';
import { createDatabase, type TestDatabase } from './postgres.ts';
import { testLog } from './postgres-server.ts';

/** Where somebody stands in the world's community; a `banned` one was a member, an `outsider` never was. */
export type Standing = 'owner' | 'admin' | 'moderator' | 'member' | 'banned' | 'outsider';

export interface WorldOptions {
  /** By name; whoever is not named as owner is joined by Ines, who is. */
  people?: Record<string, Standing>;
  /** So many members more, in no certain order: Member 1, Member 2, … */
  members?: number;
  /** By name; `general` when left out. */
  channels?: (string | { name: string; private?: boolean })[];
  /** None at all when left out. */
  rates?: Rates;
  screen?: Screen;
  /** Counts what was refused, by what it was. */
  onRefused?: (what: string) => void;
  /** A database to go on with, for worlds that start again; dropped with the last `stop`. */
  database?: TestDatabase;
}

/** A document as the log says, as plain objects. */
export interface ReadDocument {
  records: (ChainRecord & Record<string, unknown>)[];
  people: Record<string, { name: string; picture?: string }>;
  reactions: Record<string, unknown>;
  meta: Record<string, unknown>;
}

export interface World {
  sync: Sync;
  database: TestDatabase;
  accounts: FakeAccounts;
  /** The HTTP API with the sync core's routes; `person.call` speaks to it. */
  app: OpenAPIHono<ApiEnv>;
  /** The community's id. */
  community: string;
  /** A channel's id by its name. */
  channel(name: string): string;
  /** Whoever has this name; an outsider is made on the spot. */
  person(name: string): WorldPerson;
  read(document: string): Promise<ReadDocument>;
  /** The first segment of a channel, by the channel's name. */
  readChannel(name?: string): Promise<ReadDocument>;
  /** Ends the sync core and, unless it is kept, the database. */
  stop(options?: { keepDatabase?: boolean }): Promise<void>;
}

/** A running sync core on a database of its own, with a community of people who have names. */
export async function buildWorld(options: WorldOptions = {}): Promise<World> {
  const { rates = {}, screen, onRefused } = options;
  const database = options.database ?? (await createDatabase());
  const accounts = new FakeAccounts();
  const settings = { origin: 'http://localhost', originGiven: true, trustProxy: 0 };
  const sync = createSync({
    settings,
    database,
    accounts,
    log: testLog,
    rates,
    ...(screen ? { screen } : {}),
    ...(onRefused ? { onRefused } : {}),
  });
  const { app } = createApi({ settings, database, log: testLog, accounts });
  sync.registerApi(app);
  const community = ulid();
  const channels = new Map<string, string>();
  const people = new Map<string, WorldPerson>();
  const person = (name: string): WorldPerson => {
    const found = people.get(name) ?? new WorldPerson(accounts.add(name), community, sync, app);
    people.set(name, found);
    return found;
  };
  const world: World = {
    sync,
    database,
    accounts,
    app,
    community,
    channel(name) {
      const id = channels.get(name);
      if (!id) throw new Error(`this world has no channel ${name}`);
      return id;
    },
    person,
    read: (document) => readDocument(database, document),
    readChannel: (name = [...channels.keys()][0] ?? '') => readDocument(database, `channel/${world.channel(name)}/0`),
    async stop({ keepDatabase = false } = {}) {
      await sync.close();
      if (!keepDatabase) await database.drop();
    },
  };
  await settle(world, channels, options);
  return world;
}

/** Everything through the gate, as people would have done it. */
async function settle(world: World, channels: Map<string, string>, options: WorldOptions): Promise<void> {
  const { community } = world;
  const standings = Object.entries(options.people ?? {});
  const owner = world.person(standings.find(([, standing]) => standing === 'owner')?.[0] ?? 'Ines');
  const slug = `community-${community.toLowerCase()}`;
  const made = { slug, name: 'Listening Walks', description: '', categories: [], channels: [] };
  await owner.does('community.create', made);
  for (const channel of options.channels ?? ['general']) {
    const { name, private: closed = false } = typeof channel === 'string' ? { name: channel } : channel;
    const id = ulid();
    channels.set(name, id);
    await owner.does('channel.create', { id, name, private: closed });
  }
  const joining = standings.filter(([, standing]) => standing !== 'owner' && standing !== 'outsider');
  const invite = ulid();
  await owner.does('invite.create', { id: invite });
  for (const [name] of joining) await world.person(name).does('member.join', { invite });
  const further = Array.from({ length: options.members ?? 0 }, (_, n) => world.person(`Member ${n + 1}`));
  await Promise.all(further.map((one) => one.does('member.join', { invite })));
  for (const [name, standing] of joining) {
    const user = world.person(name).id;
    if (standing === 'banned') await owner.does('member.ban', { user });
    else if (standing !== 'member') await owner.does('role.assign', { user, role: standing });
  }
}

async function readDocument({ pool }: TestDatabase, name: string): Promise<ReadDocument> {
  const doc = new Y.Doc();
  for (const { update } of await readState(pool, name)) Y.applyUpdate(doc, update);
  const map = <T>(key: string) => doc.getMap(key).toJSON() as Record<string, T>;
  return {
    records: doc.getArray('records').toJSON() as ReadDocument['records'],
    people: map('people'),
    reactions: map('reactions'),
    meta: map('meta'),
  };
}

/** Somebody with an account, on one device. */
export class WorldPerson {
  readonly account: FakeAccount;
  /** As if it had just connected; replace it to have been away. */
  door: Door;
  private readonly community: string;
  private readonly sync: Sync;
  private readonly app: OpenAPIHono<ApiEnv>;

  constructor(account: FakeAccount, community: string, sync: Sync, app: OpenAPIHono<ApiEnv>) {
    this.account = account;
    this.community = community;
    this.sync = sync;
    this.app = app;
    const actor: Actor = { user: account.id, name: account.name, operator: account.operator, system: false };
    this.door = { id: ulid(), actor, device: account.device, awaySince: null, openedAt: Date.now(), inFlight: 0 };
  }

  get id(): string {
    return this.account.id;
  }

  /** A command of this person, in the world's community unless `args` name another. */
  command(name: string, args: Record<string, unknown> = {}, more: Partial<Envelope> = {}): Envelope {
    return {
      id: ulid(),
      account: this.id,
      name,
      args: { community: this.community, ...args },
      at: Date.now(),
      device: this.account.device,
      version: COMMAND_VERSION,
      ...more,
    };
  }

  /** Through the gate and the author. */
  send(name: string, args: Record<string, unknown> = {}, more: Partial<Envelope> = {}): Promise<Receipt> {
    return this.submit(this.command(name, args, more));
  }

  /** Anything at all, as it is. */
  submit(raw: unknown): Promise<Receipt> {
    return this.sync.gate.submitAndWait(raw, this.door);
  }

  /** Sends, and throws when it was not accepted: for the steps before the one a test is about. @returns the command's id */
  async does(name: string, args: Record<string, unknown> = {}, more: Partial<Envelope> = {}): Promise<string> {
    const receipt = await this.send(name, args, more);
    if (!receipt.ok) throw new Error(`${this.account.name} could not ${name}: ${JSON.stringify(receipt)}`);
    return receipt.id;
  }

  /** An HTTP request as this person. @returns the status, and the body read as JSON */
  async call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await this.app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${this.account.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }
}
