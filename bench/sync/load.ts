import * as encoding from 'lib0/encoding';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { ulid } from '#kernel/ids.ts';

export interface Load {
  mode: 'bare' | 'hearth';
  port: number;
  community: string;
  channels: string[];
  /** Users, one per connection: first the writers, then the readers, spread over the channels in turn. */
  users: string[];
  writers: number;
  /** Messages one writer keeps under way; 0 for a steady `rate` per second over all writers. */
  window: number;
  rate: number;
  seconds: number;
  warm: number;
}

export interface Loaded {
  accepted: number;
  received: number;
  seconds: number;
  p50: number;
  p99: number;
}

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const WORDS =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna';
/** Before who wrote and when, which end at an `@`: long enough not to stand among the bytes between messages. */
const MARK = Buffer.from('sent@');
const END = '@'.charCodeAt(0);
const SEAL = Buffer.from('next');
const now = () => performance.timeOrigin + performance.now();
const latencies: number[] = [];
let measuring = false;
let going = false;
let accepted = 0;
let received = 0;

function frame(document: string, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** One device. It does what its product's client does on the wire, without the cost of being one. */
class Device {
  private readonly index: number;
  private readonly channel: string;
  private readonly user: string;
  private readonly writes: boolean;
  private readonly ws: WebSocket;
  private readonly mine: Buffer;
  private readonly doc = new Y.Doc();
  private segment = 0;
  private underWay = 0;
  private opened = new Set<string>();
  readonly ready: Promise<void>;
  private settle: () => void = () => undefined;

  constructor(index: number) {
    this.index = index;
    this.writes = index < load.writers;
    this.user = load.users[index] ?? '';
    this.channel = load.channels[(this.writes ? index : index - load.writers) % load.channels.length] ?? '';
    this.mine = Buffer.from(`${MARK.toString()}${index}.`);
    this.ws = new WebSocket(`ws://127.0.0.1:${load.port}/sync`, {
      perMessageDeflate: false,
      headers: { authorization: `Bearer ${this.user}` },
    });
    this.ready = new Promise((resolve) => (this.settle = resolve));
    this.ws.on('open', () => {
      if (load.mode === 'hearth') this.attach(`me/${this.user}`);
      this.attach(this.document);
    });
    this.ws.on('message', (data) => this.receive(data as Buffer));
    this.ws.on('error', (error) => {
      throw error;
    });
    if (load.mode === 'bare') {
      this.doc.on('update', (update: Uint8Array) =>
        this.ws.send(
          frame(this.document, (encoder) => {
            encoding.writeVarUint(encoder, 0);
            encoding.writeVarUint(encoder, 2);
            encoding.writeVarUint8Array(encoder, update);
          }),
        ),
      );
    }
  }

  /** Tops up what is under way; ours sends what is free in one frame, as its outbox does. */
  fill(count = load.window - this.underWay): void {
    if (count <= 0) return;
    this.underWay += count;
    const bodies = Array.from({ length: count }, () => `sent@${this.index}.${now().toFixed(3)}@${WORDS}`.slice(0, 120));
    if (load.mode === 'bare') {
      for (const body of bodies)
        this.doc.getArray('messages').push([{ id: ulid(), by: this.user, body, at: Date.now() }]);
      return;
    }
    const commands = bodies.map((body) => ({
      id: ulid(),
      account: this.user,
      name: 'message.post',
      args: { community: load.community, channel: this.channel, body },
      at: Date.now(),
      device: this.user,
      version: 1,
    }));
    this.ws.send(
      frame(`me/${this.user}`, (encoder) => {
        encoding.writeVarUint(encoder, 5);
        encoding.writeVarString(encoder, JSON.stringify({ t: 'commands', commands }));
      }),
    );
  }

  stop(): void {
    this.ws.terminate();
  }

  private get document(): string {
    return load.mode === 'hearth' ? `channel/${this.channel}/${this.segment}` : `channel/${this.channel}`;
  }

  private attach(document: string): void {
    this.ws.send(
      frame(document, (encoder) => {
        encoding.writeVarUint(encoder, 2);
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarString(encoder, this.user);
        encoding.writeVarString(encoder, '4.7.0');
      }),
    );
    this.ws.send(
      frame(document, (encoder) => {
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint(encoder, 0);
        encoding.writeVarUint8Array(encoder, new Uint8Array([0]));
      }),
    );
  }

  private receive(data: Buffer): void {
    const length = data[0] ?? 0;
    const document = data.toString('latin1', 1, 1 + length);
    const type = data[1 + length];
    if (type === 2) {
      this.opened.add(document);
      if (this.opened.size === (load.mode === 'hearth' ? 2 : 1)) this.settle();
      return;
    }
    if (type === 5) return this.receiveMessage(data);
    if (type !== 0 && type !== 4) return;
    if (load.mode === 'hearth' && document === this.document && data.includes(SEAL)) this.turnOver();
    if (this.writes && load.mode === 'bare') this.countOwn(data);
    if (!this.writes) this.countOthers(data);
  }

  /** The open segment was sealed: the server has its successor open for us already; the full one is closed. */
  private turnOver(): void {
    const full = this.document;
    this.segment++;
    this.ws.send(frame(full, (encoder) => encoding.writeVarUint(encoder, 7)));
  }

  private receiveMessage(data: Buffer): void {
    const at = data.indexOf('{"t":"receipts"');
    if (at < 0) return;
    const { receipts } = JSON.parse(data.toString('utf8', at)) as { receipts: { ok: boolean }[] };
    for (const receipt of receipts) {
      if (!receipt.ok) throw new Error(`not accepted: ${JSON.stringify(receipt)}`);
      this.underWay--;
      if (measuring) accepted++;
    }
    if (load.window > 0 && going) this.fill();
  }

  private countOwn(data: Buffer): void {
    for (let at = data.indexOf(this.mine); at !== -1; at = data.indexOf(this.mine, at + 4)) {
      this.underWay--;
      if (measuring) accepted++;
    }
    if (load.window > 0 && going) this.fill();
  }

  private countOthers(data: Buffer): void {
    const time = now();
    for (let at = data.indexOf(MARK); at !== -1;) {
      const end = data.indexOf(END, at + MARK.length);
      if (end === -1) return;
      const text = data.toString('latin1', at + MARK.length, end);
      if (measuring) {
        received++;
        latencies.push(time - Number(text.slice(text.indexOf('.') + 1)));
      }
      at = data.indexOf(MARK, end);
    }
  }
}

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const devices = load.users.map((_user, index) => new Device(index));
await Promise.all(devices.map((device) => device.ready));
await wait(0.3);
going = true;
const writers = devices.slice(0, load.writers);
let timer: NodeJS.Timeout | undefined;
if (load.window > 0) for (const writer of writers) writer.fill();
else {
  const begun = now();
  let done = 0;
  timer = setInterval(() => {
    const due = ((now() - begun) / 1000) * load.rate;
    for (; done < due; done++) writers[done % writers.length]?.fill(1);
  }, 2);
}
await wait(load.warm);
process.send?.('measure');
await new Promise((resolve) => process.once('message', resolve));
measuring = true;
const from = now();
await wait(load.seconds);
measuring = false;
const seconds = (now() - from) / 1000;
going = false;
clearInterval(timer);
latencies.sort((a, b) => a - b);
const loaded: Loaded = {
  accepted,
  received,
  seconds,
  p50: latencies[Math.floor(latencies.length * 0.5)] ?? NaN,
  p99: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
};
process.send?.(loaded);
await wait(0.2);
for (const device of devices) device.stop();
process.disconnect();
