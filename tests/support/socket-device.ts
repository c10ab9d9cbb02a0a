import WebSocket from 'ws';
import * as Y from 'yjs';
import { COMMAND_VERSION, type Envelope } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import type { Places } from '#kernel/places.ts';
import { segmentOf } from '#kernel/records.ts';
import type { ClientMessage, Receipt, ServerMessage } from '#kernel/wire.ts';
import { readFrames } from '#replica/worker/frames.ts';
import { authFrame, closeFrame, readFrame, statelessFrame, stepOneFrame } from '#replica/worker/protocol.ts';
import { Random } from './random.ts';

/** What may go wrong between a device and the server, each a probability. */
export interface Faults {
  /** A frame of commands is sent twice. */
  resend?: number;
  /** An update is applied twice. */
  duplicate?: number;
  /** An update is applied only after later ones. */
  delay?: number;
  /** A receipt never reaches the outbox. */
  loseReceipt?: number;
}

export interface SocketDeviceOptions {
  /** Where the server listens, for example http://127.0.0.1:40123. Asked again for every connection. */
  url: () => string;
  /** The account whose device this is. */
  user: string;
  /** The device the session is bound to. */
  device: string;
  /** How it says who it is: a cookie with an origin, or a bearer token. */
  headers: Record<string, string>;
  community?: string;
  random?: Random;
  faults?: Faults;
  /** Milliseconds its clock is ahead of the server's, or behind when negative. */
  skew?: number;
  /** Keeps every frame it receives, for those who look for bytes. */
  keepFrames?: boolean;
}

export interface Sent {
  envelope: Envelope;
  receipt: Receipt | null;
  /** When it last went out, in the order of everything this device sent; -1 while it waits to. */
  order: number;
  /** When it went out the first time, and the last time. */
  first: number;
  last: number;
  /** From when it may go out again, after the server asked for patience. */
  notBefore: number;
}

/** Milliseconds anything may take before a test gives up with words instead of hanging. */
const PATIENCE = 10_000;
/** Milliseconds between two tries to come back. */
const RETURN = 50;

/** A device that speaks the protocol and nothing else: documents, an outbox that resends, positions, places. No screen, no database. */
export class SocketDevice {
  readonly docs = new Map<string, Y.Doc>();
  readonly outbox: Sent[] = [];
  readonly frames: Buffer[] = [];
  readonly messages: ServerMessage[] = [];
  /** Documents the server closed, with its reason; names it refused have `denied`. */
  readonly closed = new Map<string, string>();
  /** Channels whose position is behind what places say: to be caught up over HTTP. */
  readonly behind = new Set<string>();
  readonly positions = new Map<string, number>();
  places: Places | null = null;
  epoch: string | null = null;
  trouble = false;
  closeCode: number | null = null;
  readonly options: SocketDeviceOptions;
  private readonly random: Random;
  private ws: WebSocket | null = null;
  private returns = false;
  private ready = false;
  private readonly attached = new Set<string>();
  private readonly live = new Set<string>();
  private readonly following = new Set<string>();
  private late: [string, Uint8Array][] = [];
  private sentCount = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly watchers = new Set<() => void>();

  constructor(options: SocketDeviceOptions) {
    this.options = options;
    this.random = options.random ?? new Random(1);
  }

  get connected(): boolean {
    return this.ready;
  }

  get now(): number {
    return Date.now() + (this.options.skew ?? 0);
  }

  /** Opens a socket and waits for `hello`; rejects when the server turns it away. */
  async connect(): Promise<this> {
    this.drop();
    this.closeCode = null;
    const ws = new WebSocket(`${this.options.url().replace(/^http/, 'ws')}/sync`, {
      perMessageDeflate: false,
      headers: this.options.headers,
    });
    this.ws = ws;
    ws.on('open', () => {
      this.greet(`me/${this.options.user}`);
      for (const name of this.attached) this.greet(name);
    });
    ws.on('message', (data) => {
      if (this.ws === ws) this.receive(data as Buffer);
    });
    ws.on('close', (code) => {
      if (this.ws === ws) this.lost(code);
    });
    const failed = new Promise<never>((_resolve, reject) => ws.on('error', reject));
    failed.catch(() => undefined);
    await Promise.race([failed, this.until(() => this.ready || this.ws !== ws, 'the server says hello')]);
    if (!this.ready) throw new Error(`the server closed the connection: ${this.closeCode}`);
    return this;
  }

  /** From here on it comes back by itself whenever the connection is lost, as a device does. */
  async stayConnected(): Promise<this> {
    this.returns = true;
    await this.comeBack();
    return this;
  }

  private async comeBack(): Promise<void> {
    while (this.returns && !this.ready) {
      await this.connect().catch(() => undefined);
      if (!this.ready) await new Promise((resolve) => setTimeout(resolve, RETURN));
    }
  }

  /** The network is gone: what is under way in either direction is lost. */
  drop(): void {
    const { ws } = this;
    this.ws = null;
    ws?.terminate();
    if (ws) this.lost(null);
  }

  /** Reads nothing more, and answers nothing: what it writes still goes out. */
  pause(): void {
    this.ws?.pause();
  }

  /** Bytes as they are. */
  sendRaw(bytes: Uint8Array | string): void {
    this.ws?.send(bytes);
  }

  tell(message: ClientMessage): void {
    this.sendRaw(statelessFrame(`me/${this.options.user}`, JSON.stringify(message)));
  }

  /** Opens a document and keeps it open over reconnections. */
  attach(name: string): void {
    if (this.attached.has(name)) return;
    this.attached.add(name);
    this.closed.delete(name);
    if (this.ws?.readyState === WebSocket.OPEN) this.greet(name);
  }

  detach(name: string): void {
    if (!this.attached.delete(name)) return;
    this.live.delete(name);
    this.sendRaw(closeFrame(name));
  }

  /** Opens the newest segment of a channel, and each one that is begun after it. */
  follow(channel: string): void {
    this.following.add(channel);
    this.attach(`channel/${channel}/${this.newest(channel)}`);
  }

  unfollow(channel: string): void {
    this.following.delete(channel);
    for (const name of [...this.attached]) if (name.startsWith(`channel/${channel}/`)) this.detach(name);
  }

  isLive(name: string): boolean {
    return this.live.has(name);
  }

  doc(name: string): Y.Doc {
    const doc = this.docs.get(name) ?? new Y.Doc();
    this.docs.set(name, doc);
    return doc;
  }

  records(name: string): Record<string, unknown>[] {
    return (this.docs.get(name)?.getArray('records').toJSON() ?? []) as Record<string, unknown>[];
  }

  /** Puts a command into the outbox; it goes out now or with the next connection. @returns the command's id */
  send(name: string, args: Record<string, unknown>, more: Partial<Envelope> = {}): string {
    const { user, device, community, random, skew } = this.options;
    const envelope: Envelope = {
      id: random || skew ? this.random.id(this.now) : ulid(),
      account: user,
      name,
      args: { ...(community ? { community } : {}), ...args },
      at: this.now,
      device,
      version: COMMAND_VERSION,
      ...more,
    };
    this.outbox.push({ envelope, receipt: null, order: -1, first: -1, last: -1, notBefore: 0 });
    this.flush();
    return envelope.id;
  }

  receipt(id: string): Receipt | null {
    return this.outbox.find(({ envelope }) => envelope.id === id)?.receipt ?? null;
  }

  /** Waits for the answer to a command. */
  async answer(id: string): Promise<Receipt> {
    await this.until(() => this.receipt(id) !== null, `an answer to ${id}`);
    return this.receipt(id) as Receipt;
  }

  get unanswered(): Sent[] {
    return this.outbox.filter(({ receipt }) => receipt === null);
  }

  /** Resolves as soon as something this device heard makes it true. */
  until(condition: () => boolean, what: string, patience = PATIENCE): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!condition()) return;
        clearTimeout(late);
        this.watchers.delete(look);
        resolve();
      };
      const late = setTimeout(() => {
        this.watchers.delete(look);
        const waiting = this.unanswered.slice(0, 3).map(({ envelope }) => `${envelope.name} ${envelope.id}`);
        reject(
          new Error(
            `${this.options.device} waited in vain for ${what}; unanswered: ${waiting.join(', ') || 'nothing'}`,
          ),
        );
      }, patience);
      this.watchers.add(look);
      look();
    });
  }

  /** What the socket did not bring: every chain that is behind, from the log, over HTTP (P4). */
  async catchUp(channels: Iterable<string> = [...this.behind]): Promise<void> {
    let chains = [...channels].map((owner) => ({
      chain: 'channel',
      owner,
      pos: this.positions.get(owner) ?? 0,
      from: 0,
    }));
    while (chains.length > 0) {
      const { epoch, frames } = readFrames(await this.post('/api/catchup', { epoch: this.epoch, chains }));
      this.epoch ??= epoch;
      let more = false;
      const done = new Set<string>();
      for (const frame of frames) {
        if (frame.what === 'update' || frame.what === 'snapshot') {
          Y.applyUpdate(this.doc(frame.document), frame.update);
          const owner = frame.document.split('/')[1] ?? '';
          chains = chains.map((one) => (one.owner === owner ? { ...one, pos: Math.max(one.pos, frame.pos) } : one));
        } else if (frame.what === 'more') more = true;
        else if (frame.what === 'done' || frame.what === 'closed') {
          const owner = frame.chain.split('/')[1] ?? '';
          done.add(owner);
          this.behind.delete(owner);
          if (frame.what === 'done') this.positions.set(owner, Math.max(frame.pos, this.positions.get(owner) ?? 0));
        }
      }
      chains = more ? chains.filter(({ owner }) => !done.has(owner)) : [];
    }
    this.changed();
  }

  async post(path: string, body: unknown): Promise<Uint8Array> {
    const answer = await fetch(this.options.url() + path, {
      method: 'POST',
      headers: { ...this.options.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Late updates are applied: nothing is held back by faults any more. */
  settle(): void {
    const { late } = this;
    this.late = [];
    for (const [name, update] of late) this.apply(name, update);
  }

  close(): void {
    this.returns = false;
    if (this.timer) clearTimeout(this.timer);
    this.drop();
  }

  /** Sends what is unanswered and not under way on this connection, in the order it was written. */
  private flush(): void {
    if (!this.ready || this.ws?.readyState !== WebSocket.OPEN) return;
    const now = Date.now();
    this.refuseDependants();
    const waiting = this.unanswered.filter(({ order }) => order < 0);
    const first = waiting.findIndex(({ notBefore }) => notBefore > now);
    // What was asked to wait holds up what was written after it: order is kept (C3).
    const ready = first < 0 ? waiting : waiting.slice(0, first);
    const later = waiting[first];
    if (later) this.wake(later.notBefore - now);
    for (let from = 0; from < ready.length; from += 100) {
      const batch = ready.slice(from, from + 100);
      for (const sent of batch) {
        sent.order = sent.last = this.sentCount++;
        if (sent.first < 0) sent.first = sent.order;
      }
      const message = { t: 'commands' as const, commands: batch.map(({ envelope }) => envelope) };
      this.tell(message);
      if (this.random.chance(this.options.faults?.resend ?? 0)) this.tell(message);
    }
  }

  /** What depends on something refused is refused on the device already: the server may not remember it. */
  private refuseDependants(): void {
    for (const sent of this.unanswered) {
      const depends = sent.envelope.after?.some((id) => {
        const receipt = this.receipt(id);
        return receipt !== null && 'refused' in receipt;
      });
      if (!depends || sent.order >= 0) continue;
      sent.receipt = { id: sent.envelope.id, ok: false, refused: { code: 'dependency' } };
      this.changed();
    }
  }

  private wake(milliseconds: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(1, milliseconds));
  }

  private greet(name: string): void {
    this.live.delete(name);
    this.sendRaw(authFrame(name));
    this.sendRaw(stepOneFrame(name, Y.encodeStateVector(this.docs.get(name) ?? new Y.Doc())));
  }

  private lost(code: number | null): void {
    this.ws = null;
    const wasReady = this.ready;
    this.ready = false;
    this.closeCode = code;
    this.late = [];
    this.live.clear();
    for (const sent of this.unanswered) sent.order = -1;
    this.changed();
    if (this.returns && wasReady) void this.comeBack();
  }

  private receive(data: Buffer): void {
    if (this.options.keepFrames) this.frames.push(data);
    const incoming = readFrame(data);
    if (incoming.what === 'stateless') this.hear(JSON.parse(incoming.payload) as ServerMessage);
    if (incoming.what === 'denied' || incoming.what === 'closed') {
      this.attached.delete(incoming.document);
      this.live.delete(incoming.document);
      if (!this.closed.has(incoming.document))
        this.closed.set(incoming.document, incoming.what === 'denied' ? 'denied' : incoming.reason);
    }
    if (incoming.what === 'update') {
      const { delay = 0, duplicate = 0 } = this.options.faults ?? {};
      if (incoming.first) this.live.add(incoming.document);
      if (this.random.chance(delay)) this.late.push([incoming.document, incoming.update]);
      else this.apply(incoming.document, incoming.update);
      if (this.random.chance(duplicate)) this.apply(incoming.document, incoming.update);
      if (this.late.length > 5) this.settle();
    }
    this.changed();
  }

  private apply(name: string, update: Uint8Array): void {
    if (!name.startsWith('channel/') && !name.startsWith('members/')) return;
    const doc = this.doc(name);
    Y.applyUpdate(doc, update);
    const next = doc.getMap('meta').get('next');
    const [kind, owner = ''] = name.split('/');
    if (typeof next === 'number' && this.following.has(owner)) this.attach(`${kind}/${owner}/${next}`);
  }

  private hear(message: ServerMessage): void {
    this.messages.push(message);
    if (message.t === 'hello') {
      this.places = message.places;
      this.epoch = message.epoch;
      this.ready = true;
      for (const community of message.places.communities) {
        for (const { id, pos } of community.channels) if (pos > (this.positions.get(id) ?? 0)) this.behind.add(id);
      }
      for (const channel of this.following) this.attach(`channel/${channel}/${this.newest(channel)}`);
      this.flush();
    } else if (message.t === 'receipts') {
      for (const receipt of message.receipts) this.settleReceipt(receipt);
      this.flush();
    } else if (message.t === 'places') this.patch(message.patch);
    else if (message.t === 'closed') this.closed.set(message.document, message.reason);
    else if (message.t === 'trouble') this.trouble = message.what !== null;
  }

  private settleReceipt(receipt: Receipt): void {
    const sent = this.outbox.find(({ envelope }) => envelope.id === receipt.id);
    if (!sent || sent.receipt || this.random.chance(this.options.faults?.loseReceipt ?? 0)) return;
    if ('wait' in receipt) {
      sent.order = -1;
      sent.notBefore = receipt.wait.until;
    } else sent.receipt = receipt;
  }

  private patch(patch: Extract<ServerMessage, { t: 'places' }>['patch']): void {
    const { places } = this;
    if (!places) return;
    for (const community of patch.communities ?? []) {
      const at = places.communities.findIndex(({ id }) => id === community.id);
      if (at < 0) places.communities.push(community);
      else places.communities[at] = community;
    }
    places.communities = places.communities.filter(({ id }) => !patch.left?.includes(id));
    for (const [channel, next, pos, segments] of patch.heads ?? []) {
      for (const community of places.communities) {
        const place = community.channels.find(({ id }) => id === channel);
        if (place) Object.assign(place, { next, pos });
      }
      // Updates come before the position that names them (P3): what is open here is complete up to it.
      this.settle();
      const isCurrent = !this.behind.has(channel) && segments.every((n) => this.live.has(`channel/${channel}/${n}`));
      if (isCurrent) this.positions.set(channel, Math.max(pos, this.positions.get(channel) ?? 0));
      else this.behind.add(channel);
    }
  }

  private newest(channel: string): number {
    for (const { channels } of this.places?.communities ?? []) {
      const place = channels.find(({ id }) => id === channel);
      if (place) return segmentOf(Math.max(place.next - 1, 0));
    }
    return 0;
  }

  private changed(): void {
    for (const look of [...this.watchers]) look();
  }
}
