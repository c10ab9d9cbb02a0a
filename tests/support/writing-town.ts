import { EmbeddedDatabase } from './embedded-database.ts';
import { differing, judgePromises, replay, type Kept } from './promises.ts';
import { Random } from './random.ts';
import { SocketDevice } from './socket-device.ts';
import { buildTown, type Town } from './town.ts';
import { Writer } from './writer.ts';
import type { Querying } from '#server/author/store.ts';

const NAMES = ['Kofi Mensah', 'Maren Holt', 'Tomas Rey', 'Wilma Okafor', 'Yusuf Demir'];
const CHANNELS = ['general', 'birds', 'stars'];

export interface WritingOptions {
  env?: Record<string, string>;
  dataDir?: string;
  /** A database the server was told to use; its own when left out. */
  given?: Querying;
}

/** A town on the server as it ships, whose people write without pause, whatever becomes of the server and its database. */
export class WritingTown {
  readonly town: Town;
  readonly database: EmbeddedDatabase;
  readonly writers: Writer[];
  readonly #channels: string[];
  readonly #given: Querying | undefined;

  private constructor(town: Town, channels: string[], random: Random, given: Querying | undefined) {
    this.town = town;
    this.database = new EmbeddedDatabase(town.dataDir);
    this.#channels = channels;
    this.#given = given;
    this.writers = [town.owner, ...NAMES.map((name) => town.person(name))].map(({ id, device, browser }, n) => {
      const headers = { cookie: browser.cookies, origin: town.url };
      const replica = new SocketDevice({
        url: () => town.url,
        user: id,
        device,
        headers,
        community: town.community.id,
      });
      for (const channel of channels) replica.follow(channel);
      return new Writer(replica, { channels, random: new Random(random.below(2 ** 31) + n) });
    });
  }

  static async start(random: Random, { env, dataDir, given }: WritingOptions = {}): Promise<WritingTown> {
    const rates = { messages: [[10_000_000, 60]], reactions: [[10_000_000, 60]] };
    const town = await buildTown({
      people: Object.fromEntries(NAMES.map((name) => [name, 'member'])),
      channels: CHANNELS,
      env: { HEARTH_RATES: JSON.stringify(rates), ...env },
      ...(dataDir ? { dataDir } : {}),
    });
    const writing = new WritingTown(town, await Promise.all(CHANNELS.map((name) => town.channel(name))), random, given);
    for (const writer of writing.writers) writer.start();
    await writing.goesOn();
    return writing;
  }

  get acknowledged(): number {
    return this.writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0);
  }

  /** Waits until each writer has been acknowledged so many commands more than when this was called. @returns the milliseconds it took */
  async goesOn(more = 1, patience = 60_000): Promise<number> {
    // What is answered but not taken note of yet is not what we wait for.
    const before = this.writers.map((writer) => writer.harvest().acknowledged.length);
    const began = performance.now();
    while (this.writers.some(({ acknowledged }, n) => acknowledged.length < (before[n] ?? 0) + more)) {
      if (performance.now() - began > patience) throw new Error(`nobody goes on:\n${this.town.hearth.output()}`);
      await pause(10);
    }
    return performance.now() - began;
  }

  /** Kill -9, and a new server with the same data at the same address. */
  async killServer(): Promise<void> {
    await this.town.cutOff();
    await this.town.start();
  }

  /** Kill -9 of PostgreSQL alone: its own processes may finish what they have begun before the server starts another. */
  async killDatabase(): Promise<void> {
    const killed = this.database.signal('SIGKILL');
    while ((this.database.pid ?? killed) === killed) await pause(10);
  }

  /** Everything written is answered and every replica caught up. @returns what became of what was promised, and which copies differ from the log */
  async settle(): Promise<Kept & { differing: string[]; refused: number }> {
    await Promise.all(this.writers.map((writer) => writer.finish()));
    for (const { device } of this.writers) {
      if (!device.connected) await device.connect();
      device.settle();
      await device.catchUp(this.#channels);
    }
    const judge = async (client: Querying) => {
      const docs = await replay(client);
      return {
        ...(await judgePromises(client, docs, this.writers)),
        differing: this.writers.flatMap(({ device }) => differing(device, docs)),
        refused: this.writers.reduce((sum, { refused }) => sum + refused.length, 0),
      };
    };
    return this.#given ? judge(this.#given) : this.database.look(judge);
  }

  async end(): Promise<void> {
    for (const writer of this.writers) writer.stop();
    await this.town.end();
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
