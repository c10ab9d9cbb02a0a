import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { COMMAND_VERSION } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import type { CommunityPlace, Places } from '#kernel/places.ts';
import type { Receipt } from '#kernel/wire.ts';
import { Browser } from './browser.ts';
import { startHearth, type Hearth } from './server.ts';

export const password = 'a few words in a row';
const OWNER = 'Ines Carvalho';

export interface TownOptions {
  /** By name; the owner is Ines Carvalho. */
  people?: Record<string, 'admin' | 'moderator' | 'member'>;
  /** By name; `general` when left out. */
  channels?: (string | { name: string; private: true })[];
  /** The community the wizard offers to look around in comes along. */
  sample?: boolean;
  env?: Record<string, string>;
  /** Where it keeps its data, gone with the town; a folder of its own when left out. */
  dataDir?: string;
}

/** A whole place on a server of its own, with a community of people who have names. */
export class Town {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #people = new Map<string, Resident>();
  #hearth: Hearth | undefined;
  #port = 0;
  community = { id: '', slug: 'tide-school' };

  constructor({ env, dataDir }: Pick<TownOptions, 'env' | 'dataDir'> = {}) {
    this.#folder = dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'hearth-town-'));
    // People of a journey write faster than any of us could.
    this.#env = { HEARTH_RATES: JSON.stringify({ messages: [[100_000, 60]] }), ...env };
  }

  get hearth(): Hearth {
    if (!this.#hearth) throw new Error('the server is away');
    return this.#hearth;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  get dataDir(): string {
    return this.#folder;
  }

  get owner(): Resident {
    return this.person(OWNER);
  }

  person(name: string): Resident {
    const found = this.#people.get(name);
    if (!found) throw new Error(`nobody here is called ${name}`);
    return found;
  }

  /** Starts the server, or starts it again at the same address with the same data. */
  async start(): Promise<void> {
    this.#hearth = await startHearth({ dataDir: this.#folder, env: { ...this.#env, PORT: String(this.#port) } });
    this.#port = this.#hearth.port;
  }

  /** The server is gone at once, as in a power cut. */
  async cutOff(): Promise<void> {
    await this.hearth.kill('SIGKILL');
    this.#hearth = undefined;
  }

  /** Does what the wizard does, without a browser. */
  async setUp({ sample = false, channels = ['general'] }: TownOptions): Promise<void> {
    const token = /token=(\S+)/.exec(this.hearth.output())?.[1];
    const owner = new Resident(this, OWNER, 'ines@example.org');
    this.#people.set(OWNER, owner);
    const names = channels.map((channel) => (typeof channel === 'string' ? channel : channel.name));
    const community = { name: 'Tide School', slug: this.community.slug, description: 'We learn to read the shore.' };
    const told = await owner.browser.post('/api/setup', {
      ...{ token, name: OWNER, email: owner.email, password, sample },
      community: { ...community, channels: names.slice(0, 1).map((name) => ({ name })) },
    });
    if (told.status !== 201) throw new Error(`the set-up was refused: ${JSON.stringify(told.body)}`);
    const made = told.body as { account: { id: string }; device: string; community: { id: string; slug: string } };
    owner.id = made.account.id;
    owner.device = made.device;
    this.community = made.community;
    for (const channel of channels.slice(1)) await this.addChannel(channel);
  }

  async addChannel(channel: string | { name: string; private: true }): Promise<string> {
    const { name, private: closed = false } = typeof channel === 'string' ? { name: channel } : channel;
    const id = ulid();
    await this.owner.does('channel.create', { id, name, private: closed });
    return id;
  }

  async addPeople(people: Record<string, 'admin' | 'moderator' | 'member'>): Promise<void> {
    const invite = ulid();
    await this.owner.does('invite.create', { id: invite });
    for (const [name, role] of Object.entries(people)) {
      const person = new Resident(this, name, `${name.toLowerCase().replaceAll(' ', '.')}@example.org`);
      await person.signUp(invite);
      this.#people.set(name, person);
      if (role !== 'member') await this.owner.does('role.assign', { user: person.id, role });
    }
  }

  /** A channel's id by its name, as the owner sees it. */
  async channel(name: string): Promise<string> {
    const found = (await this.owner.places()).channels.find((channel) => channel.name === name);
    if (!found) throw new Error(`there is no channel ${name}`);
    return found.id;
  }

  async channelPath(name: string): Promise<string> {
    return `/c/${this.community.slug}/${await this.channel(name)}`;
  }

  async end(): Promise<void> {
    await this.#hearth?.kill('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Somebody with an account who acts by requests, as a program would: for what is not the journey's own matter. */
export class Resident {
  readonly #town: Town;
  readonly name: string;
  readonly email: string;
  readonly browser: Browser;
  id = '';
  device = '';

  constructor(town: Town, name: string, email: string) {
    this.#town = town;
    this.name = name;
    this.email = email;
    this.browser = new Browser(town.url);
  }

  async signUp(invite: string): Promise<void> {
    const { name, email } = this;
    await this.#must('POST', '/api/auth/sign-up/email', { name, email, password, invite });
    await this.#must('POST', '/api/auth/sign-in/email', { email, password });
    const me = (await this.#must('GET', '/api/me')) as { account: { id: string }; device: string };
    this.id = me.account.id;
    this.device = me.device;
    await this.#must('POST', `/api/invites/${invite}/join`, {});
  }

  async places(): Promise<CommunityPlace> {
    const places = (await this.#must('GET', '/api/places')) as Places;
    const found = places.communities.find(({ id }) => id === this.#town.community.id);
    if (!found) throw new Error(`${this.name} is not in the community`);
    return found;
  }

  /** Sends a command on the town's community and throws unless it was accepted. @returns its id */
  async does(name: string, args: Record<string, unknown>): Promise<string> {
    const [id = ''] = await this.doesAll([[name, args]]);
    return id;
  }

  async doesAll(commands: [name: string, args: Record<string, unknown>][]): Promise<string[]> {
    const envelopes = commands.map(([name, args]) => ({
      ...{ id: ulid(), account: this.id, device: this.device, at: Date.now(), version: COMMAND_VERSION },
      ...{ name, args: { community: this.#town.community.id, ...args } },
    }));
    const { receipts } = (await this.#must('POST', '/api/commands', { commands: envelopes })) as {
      receipts: Receipt[];
    };
    const refused = receipts.find(({ ok }) => !ok);
    if (refused) throw new Error(`${this.name} was refused: ${JSON.stringify(refused)}`);
    return envelopes.map(({ id }) => id);
  }

  /** Posts in a channel, in order. @returns the ids of the messages */
  async says(channel: string, ...bodies: string[]): Promise<string[]> {
    const id = await this.#town.channel(channel);
    const ids: string[] = [];
    for (let at = 0; at < bodies.length; at += 100) {
      const batch = bodies.slice(at, at + 100);
      ids.push(...(await this.doesAll(batch.map((body) => ['message.post', { channel: id, body }]))));
    }
    return ids;
  }

  async #must(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.browser.send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** A running town; `end` stops it and removes what it kept. */
export async function buildTown(options: TownOptions = {}): Promise<Town> {
  const town = new Town(options);
  try {
    await town.start();
    await town.setUp(options);
    await town.addPeople(options.people ?? {});
  } catch (error) {
    await town.end();
    throw error;
  }
  return town;
}
