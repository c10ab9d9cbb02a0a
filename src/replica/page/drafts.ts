import type { Bus } from '../device/bus.ts';
import type { Device } from '../database/device.ts';

/** Key presses are gathered this long before they are written. Milliseconds. */
const GATHER = 250;

/** What was typed and not sent, per channel; the same in every tab. */
export class Drafts {
  readonly #device: Device;
  readonly #bus: Bus;
  readonly #unsaved = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: Device, bus: Bus) {
    this.#device = device;
    this.#bus = bus;
    bus.listen((message) => {
      if (message.t === 'draft') this.#unsaved.delete(message.channel);
    });
  }

  async read(channel: string): Promise<string> {
    return this.#unsaved.get(channel) ?? (await this.#device.read.get('drafts', channel))?.text ?? '';
  }

  save(channel: string, text: string): void {
    this.#unsaved.set(channel, text);
    this.#timer ??= setTimeout(() => void this.flush(), GATHER);
  }

  /** Writes what was typed, at once: the page may be about to go. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const drafts = [...this.#unsaved].map(([channel, text]) => ({ channel, text }));
    if (drafts.length === 0) return;
    this.#unsaved.clear();
    const kept = drafts.filter(({ text }) => text.length > 0);
    const db = await this.#device.write();
    await db.transaction('rw', db.drafts, async () => {
      await db.drafts.bulkDelete(drafts.filter(({ text }) => text.length === 0).map(({ channel }) => channel));
      await db.drafts.bulkPut(kept);
    });
    for (const { channel, text } of drafts) this.#bus.send({ t: 'draft', channel, text });
  }
}
