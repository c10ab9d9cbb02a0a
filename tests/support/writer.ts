import type { Envelope } from '#kernel/commands.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { Random } from './random.ts';
import type { SocketDevice } from './socket-device.ts';

/** Milliseconds between two looks at the connection and the outbox. */
const BEAT = 25;
const SIGNS = ['👍', '🎉', '🌿'];

export interface Acknowledged {
  envelope: Envelope;
  receipt: Extract<Receipt, { ok: true }>;
}

/**
 * A device that never stops writing: it keeps some commands under way, comes back whenever it is cut off, and sends again
 * what has no answer. It remembers what it was promised.
 */
export class Writer {
  readonly device: SocketDevice;
  readonly acknowledged: Acknowledged[] = [];
  readonly refused: Receipt[] = [];
  /** How often it was told that the database does not answer, and how often asked to come back later. */
  told = { trouble: 0, wait: 0 };
  private readonly channels: readonly string[];
  private readonly random: Random;
  private readonly window: number;
  private timer: NodeJS.Timeout | null = null;
  private isConnecting = false;
  private isWriting = true;
  private count = 0;

  /** @param options.window commands it keeps under way */
  constructor(
    device: SocketDevice,
    { channels, random, window = 8 }: { channels: readonly string[]; random: Random; window?: number },
  ) {
    this.device = device;
    this.channels = channels;
    this.random = random;
    this.window = window;
  }

  start(): void {
    this.timer ??= setInterval(() => this.beat(), BEAT);
  }

  /** Writes nothing new, and resolves when everything it wrote is answered. */
  async finish(): Promise<void> {
    this.isWriting = false;
    while (this.device.unanswered.length > 0) await new Promise((resolve) => setTimeout(resolve, BEAT));
    this.beat();
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.device.close();
  }

  private beat(): void {
    this.harvest();
    if (!this.device.connected) this.comeBack();
    if (!this.isWriting) return;
    for (let free = this.window - this.device.outbox.length; free > 0;) free -= this.write();
  }

  private comeBack(): void {
    if (this.isConnecting) return;
    this.isConnecting = true;
    // Whatever it fails of, the next beat tries again: there may be nobody at the other end for a while.
    void this.device.connect().then(
      () => (this.isConnecting = false),
      () => (this.isConnecting = false),
    );
  }

  /** A post, and now and then an edit of it and a reaction to it, which depend on it. @returns how many commands it sent */
  private write(): number {
    const channel = this.random.pick(this.channels) ?? '';
    const body = `${this.device.options.device} ${this.count++}`;
    const message = this.device.send('message.post', { channel, body });
    const dice = this.random.next();
    if (dice < 0.1)
      this.device.send('message.edit', { channel, message, body: `${body}, edited` }, { after: [message] });
    else if (dice < 0.2)
      this.device.send(
        'reaction.add',
        { channel, message, emoji: this.random.pick(SIGNS) ?? '👍' },
        { after: [message] },
      );
    return dice < 0.2 ? 2 : 1;
  }

  /** Takes what was answered out of the outbox, where every later answer would be looked for among it. */
  harvest(): this {
    for (const message of this.device.messages.splice(0)) {
      if (message.t === 'trouble' && message.what !== null) this.told.trouble++;
      if (message.t === 'receipts') this.told.wait += message.receipts.filter((one) => 'wait' in one).length;
    }
    const waited = new Set(this.device.unanswered.flatMap(({ envelope }) => envelope.after ?? []));
    for (let at = this.device.outbox.length - 1; at >= 0; at--) {
      const { envelope, receipt } = this.device.outbox[at] ?? {};
      if (!envelope || !receipt || waited.has(envelope.id)) continue;
      this.device.outbox.splice(at, 1);
      if (receipt.ok) this.acknowledged.push({ envelope, receipt });
      else this.refused.push(receipt);
    }
    return this;
  }
}
