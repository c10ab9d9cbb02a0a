import { expect } from 'vitest';
import type * as Y from 'yjs';
import { ulid } from '#kernel/ids.ts';
import { reactionKey } from '#features/conversation/reactions/index.ts';
import { replay } from '#tests/support/promises.ts';
import { Random } from '#tests/support/random.ts';
import { serveWorld, type ServedWorld } from '#tests/support/served-world.ts';
import type { Sent, SocketDevice } from '#tests/support/socket-device.ts';

export interface HistoryOptions {
  seed: number;
  steps: number;
  /** Messages that stand in `general` before anything happens: close to 1,000, and segments turn over. */
  filled?: number;
  /** Database connections are killed under it, and the sync core is replaced. */
  breakdowns?: boolean;
}

interface Writer {
  device: SocketDevice;
  name: string;
  /** Messages this device has written, by channel. */
  own: { id: string; channel: string; sent: string }[];
  /** Channels this device has made → the command that makes them: what it writes there depends on it. */
  made: Map<string, string>;
}

const SIGNS = ['👍', '🎉', '🌿'];

/** Several people on five devices do what people do, while everything between them and the server goes wrong. */
export class History {
  readonly world: ServedWorld;
  readonly random: Random;
  readonly writers: Writer[];
  readonly channels: string[];
  private readonly options: HistoryOptions;

  private constructor(world: ServedWorld, options: HistoryOptions) {
    this.world = world;
    this.options = options;
    this.random = new Random(options.seed);
    this.channels = [world.channel('general'), world.channel('birds')];
    const faults = { resend: 0.1, duplicate: 0.2, delay: 0.2, loseReceipt: 0.1 };
    const skews = [0, -90_000, 400_000, 0, 7_000];
    this.writers = ['Ines', 'Ines', 'Kofi', 'Kofi', 'Maren'].map((name, at) => ({
      device: world.device(name, {
        number: at + 1,
        random: new Random(options.seed * 31 + at),
        faults,
        skew: skews[at] ?? 0,
      }),
      name,
      own: [],
      made: new Map(),
    }));
  }

  static async start(options: HistoryOptions): Promise<History> {
    const world = await serveWorld({
      people: { Ines: 'owner', Kofi: 'member', Maren: 'moderator' },
      channels: ['general', 'birds'],
    });
    if (options.filled) await world.fill(world.channel('general'), options.filled);
    return new History(world, options);
  }

  async run(): Promise<void> {
    await Promise.all(this.writers.map(({ device }) => device.connect()));
    for (let step = 0; step < this.options.steps; step++) {
      const writer = this.random.pick(this.writers);
      if (writer) await this.step(writer);
    }
    await this.settle();
  }

  private async step(writer: Writer): Promise<void> {
    const { device } = writer;
    const channel = this.random.pick(this.channels.filter((id) => this.sees(writer, id))) ?? '';
    const dice = this.random.next();
    if (dice < 0.5) this.write(writer, channel);
    else if (dice < 0.6) this.edit(writer);
    else if (dice < 0.66) this.remove(writer, channel);
    else if (dice < 0.76) this.react(device, channel);
    else if (dice < 0.79) this.createAndPost(writer);
    else if (dice < 0.84) device.drop();
    else if (dice < 0.92) await this.online(device);
    else if (dice < 0.95) device.follow(channel);
    else if (dice < 0.96) device.unfollow(channel);
    else if (dice < 0.975) await this.attempt(() => device.catchUp());
    else if (this.options.breakdowns && dice < 0.985) await this.attempt(() => this.world.killConnections());
    else if (this.options.breakdowns && dice < 0.99) await this.world.restart();
    // What was sent reaches the server at some other moment in every run.
    if (this.random.chance(0.3)) await new Promise(setImmediate);
  }

  private sees({ device, made }: Writer, channel: string): boolean {
    const isPlace = device.places?.communities.some(({ channels }) => channels.some(({ id }) => id === channel));
    return isPlace || made.has(channel);
  }

  /** Broken off by what is being broken: tried again in the end. */
  private async attempt(work: () => Promise<unknown>): Promise<void> {
    if (!this.options.breakdowns) return void (await work());
    await work().catch(() => undefined);
  }

  private async online(device: SocketDevice): Promise<void> {
    if (!device.connected) await this.attempt(() => device.connect());
  }

  private write({ device, own, made }: Writer, channel: string): void {
    const before = this.known(device, channel);
    const reply = this.random.chance(0.2) ? this.random.pick(before) : undefined;
    const body = `${device.options.device.slice(-1)} writes ${device.outbox.length}`;
    const after = made.get(channel);
    const args = { channel, body, ...(reply ? { reply } : {}) };
    const id = device.send('message.post', args, after ? { after: [after] } : {});
    own.push({ id, channel, sent: id });
  }

  /** Of a message that may still be under way, or whose receipt was lost: it depends on it. */
  private edit({ device, own }: Writer): void {
    const message = this.random.pick(own);
    if (!message) return;
    device.send(
      'message.edit',
      { channel: message.channel, message: message.id, body: `edited ${device.outbox.length}` },
      { after: [message.sent] },
    );
  }

  private remove({ device, own, name }: Writer, channel: string): void {
    const message = this.random.pick(own);
    if (message && this.random.chance(0.7)) {
      device.send('message.delete', { channel: message.channel, message: message.id }, { after: [message.sent] });
      return;
    }
    // Somebody else's: a moderator may, a member is refused.
    const other = this.random.pick(this.known(device, channel));
    if (other && (name !== 'Ines' || this.random.chance(0.5)))
      device.send('message.delete', { channel, message: other });
  }

  private react(device: SocketDevice, channel: string): void {
    const message = this.random.pick(this.known(device, channel));
    if (!message) return;
    const name = this.random.chance(0.7) ? 'reaction.add' : 'reaction.remove';
    device.send(name, { channel, message, emoji: this.random.pick(SIGNS) ?? '👍' });
  }

  /** Kofi may not make channels: what he posts in it is refused with it. */
  private createAndPost({ device, own, made: channels }: Writer): void {
    const id = ulid();
    const made = device.send('channel.create', { id, name: `channel-${this.channels.length}-${device.outbox.length}` });
    if (device.options.user === this.world.person('Ines').id) {
      this.channels.push(id);
      channels.set(id, made);
    }
    const post = device.send('message.post', { channel: id, body: 'The first one here.' }, { after: [made] });
    own.push({ id: post, channel: id, sent: post });
  }

  private known(device: SocketDevice, channel: string): string[] {
    return [...device.docs.keys()]
      .filter((name) => name.startsWith(`channel/${channel}/`))
      .flatMap((name) => device.records(name).slice(-20))
      .map(({ id }) => String(id));
  }

  /** Everything calms down: all come online, all receipts arrive, all catch up. */
  private async settle(): Promise<void> {
    for (const { device } of this.writers) {
      device.options.faults = {};
      // Lost receipts come again with the next connection.
      for (let attempt = 0; attempt < 5; attempt++) {
        try {
          await device.connect();
          await device.until(() => device.unanswered.length === 0, 'all receipts');
          break;
        } catch (error) {
          if (attempt === 4) throw error;
        }
      }
    }
    for (const { device } of this.writers) {
      await device.connect();
      device.settle();
      await device.catchUp(this.channels);
    }
  }

  /** Every replica equals the log replayed from zero; nothing acknowledged is lost, nothing doubled, nothing refused left a trace. */
  async check(): Promise<void> {
    const truth = await replay(this.world.database.pool);
    for (const { device } of this.writers) {
      for (const [document, doc] of truth) {
        const [, channel = ''] = document.split('/');
        if (!this.channels.includes(channel)) continue;
        expect(plain(device.doc(document)), `${device.options.device} has ${document} as the log says`).toEqual(
          plain(doc),
        );
        expect(device.doc(document).store.pendingStructs, 'nothing waits for what never came').toBeNull();
      }
    }
    await this.checkCommands(truth);
  }

  private async checkCommands(truth: ReadonlyMap<string, Y.Doc>): Promise<void> {
    const { pool } = this.world.database;
    const receipts = new Map(
      (await pool.query<{ id: string; pos: string; no: number | null }>('select id, pos, no from receipts')).rows.map(
        (row) => [row.id, { pos: Number(row.pos), no: row.no }],
      ),
    );
    const events = (await pool.query<{ command: string; name: string }>('select command, name from events')).rows;
    const posted = new Map<string, number>();
    for (const { command, name } of events)
      if (name === 'MessagePosted') posted.set(command, (posted.get(command) ?? 0) + 1);
    const messages = new Map<string, Record<string, unknown>>();
    const keys = new Set<string>();
    for (const doc of truth.values()) {
      for (const record of doc.getArray<Record<string, unknown>>('records').toArray()) {
        expect(messages.has(String(record['id'])), `${record['id']} stands once`).toBe(false);
        messages.set(String(record['id']), record);
      }
      for (const key of doc.getMap('reactions').keys()) keys.add(key);
    }
    const all = this.writers.flatMap(({ device }) => device.outbox.map((sent) => ({ ...sent, device })));
    const accepted = all.filter(({ receipt }) => receipt?.ok);
    const last = lastOf(accepted, (id) => receipts.get(id)?.pos ?? -1);
    for (const { envelope, receipt, device } of all) {
      const { id, name } = envelope;
      const args = envelope.args as Record<string, string>;
      if (!receipt?.ok) {
        expect(receipts.has(id), `${name} ${id} was refused and left a receipt`).toBe(false);
        expect(
          events.some(({ command }) => command === id),
          `${name} ${id} was refused and left an event`,
        ).toBe(false);
        expect(messages.has(id), `${name} ${id} was refused and stands`).toBe(false);
        continue;
      }
      expect(receipts.get(id)?.pos, `${name} ${id} has its receipt`).toBe(receipt.pos);
      if (name === 'message.post') {
        expect(posted.get(id), `${id} was posted once`).toBe(1);
        const isDeleted = accepted.some(
          ({ envelope: other }) =>
            other.name === 'message.delete' && (other.args as Record<string, string>)['message'] === id,
        );
        expect(messages.has(id), `${id} was acknowledged${isDeleted ? ' and deleted' : ''}`).toBe(!isDeleted);
        if (receipt.no !== undefined && !isDeleted) expect(messages.get(id)?.['no']).toBe(receipt.no);
      }
      const about = messages.get(args['message'] ?? '');
      if (name === 'message.edit' && about) expect(last(`edit ${args['message']}`)).toContain(about['body']);
      if (name.startsWith('reaction.') && about) {
        const key = reactionKey(args['message'] ?? '', args['emoji'] ?? '', device.options.user);
        expect(last(`react ${key}`), `the last word on ${key}`).toContain(
          keys.has(key) ? 'reaction.add' : 'reaction.remove',
        );
      }
    }
    this.checkOrder(receipts);
  }

  /** What one device wrote to one channel stands in the order it was sent (C3). */
  private checkOrder(receipts: ReadonlyMap<string, { pos: number; no: number | null }>): void {
    for (const { device } of this.writers) {
      const posts = device.outbox.filter(({ envelope, receipt }) => envelope.name === 'message.post' && receipt?.ok);
      const place = ({ envelope }: Sent) => receipts.get(envelope.id)?.no ?? 0;
      const channelOf = ({ envelope }: Sent) => (envelope.args as Record<string, string>)['channel'];
      for (const [at, one] of posts.entries()) {
        for (const other of posts.slice(at + 1)) {
          // Told to come back while the database is away, a command is sent again after others: that is its order then.
          const isBefore = !this.options.breakdowns || one.last < other.first;
          if (isBefore && channelOf(one) === channelOf(other))
            expect(place(one), `${one.envelope.id} before ${other.envelope.id}`).toBeLessThan(place(other));
        }
      }
    }
  }
}

const plain = (doc: Y.Doc) => ({
  records: doc.getArray('records').toJSON(),
  people: doc.getMap('people').toJSON(),
  reactions: doc.getMap('reactions').toJSON(),
  meta: doc.getMap('meta').toJSON(),
});

/** What the last accepted change of each thing says; several, where one commit holds them and their order is not known. */
function lastOf(accepted: readonly (Sent & { device: SocketDevice })[], posOf: (id: string) => number) {
  const lasts = new Map<string, { pos: number; values: string[] }>();
  for (const { envelope, device } of accepted) {
    const args = envelope.args as Record<string, string>;
    const isEdit = envelope.name === 'message.edit';
    if (!isEdit && !envelope.name.startsWith('reaction.')) continue;
    const key = isEdit
      ? `edit ${args['message']}`
      : `react ${reactionKey(args['message'] ?? '', args['emoji'] ?? '', device.options.user)}`;
    const value = isEdit ? (args['body'] ?? '') : envelope.name;
    const pos = posOf(envelope.id);
    const before = lasts.get(key);
    if (!before || before.pos < pos) lasts.set(key, { pos, values: [value] });
    else if (before.pos === pos) before.values.push(value);
  }
  return (key: string) => lasts.get(key)?.values ?? [];
}
