import type { Bus } from '../device/bus.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { isQuotaError } from '../database/quota.ts';

/** Key presses are gathered this long before they are written. Milliseconds. */
const GATHER = 250;

export type DraftListener = (channel: string, text: string) => void;

/** What was typed and not sent, per channel; the same in every tab. */
export class Drafts {
  readonly #device: DeviceDatabase;
  readonly #bus: Bus;
  readonly #unsaved = new Map<string, string>();
  /** As they are on the device, as far as this page knows. */
  readonly #kept = new Map<string, string>();
  readonly #listeners = new Set<DraftListener>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: DeviceDatabase, bus: Bus) {
    this.#device = device;
    this.#bus = bus;
    bus.listen((message) => {
      // What is being typed here is newer: it is written after what another tab wrote.
      if (message.t !== 'draft' || this.#unsaved.has(message.channel)) return;
      this.#kept.set(message.channel, message.text);
      for (const hear of [...this.#listeners]) hear(message.channel, message.text);
    });
  }

  async read(channel: string): Promise<string> {
    const kept = (await this.#device.drafts.get(channel))?.text ?? '';
    if (!this.#kept.has(channel)) this.#kept.set(channel, kept);
    return this.#unsaved.get(channel) ?? kept;
  }

  /** Tells what other tabs write, until the answer is called. */
  listen(listener: DraftListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  save(channel: string, text: string): void {
    // What another tab wrote and this one shows must not be told back to it.
    if (!this.#unsaved.has(channel) && this.#kept.get(channel) === text) return;
    this.#unsaved.set(channel, text);
    this.#timer ??= setTimeout(() => void this.flush(), GATHER);
  }

  /** The page may be gone in a moment: what was typed is on its way to the disk when this returns. */
  leave(): void {
    this.#device.lastWords(this.#typed());
    void this.flush();
  }

  #typed(): { channel: string; text: string }[] {
    return [...this.#unsaved].map(([channel, text]) => ({ channel, text }));
  }

  /** Writes what was typed, at once. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const drafts = this.#typed();
    if (drafts.length === 0) return;
    const kept = drafts.filter(({ text }) => text.length > 0);
    try {
      await this.#device.transaction(['drafts'], async (tables) => {
        await tables.drafts.deleteMany(drafts.filter(({ text }) => text.length === 0).map(({ channel }) => channel));
        await tables.drafts.putMany(kept);
      });
    } catch (error) {
      // A full device says so when something is sent; the words stay here, and are written with the next ones.
      if (!isQuotaError(error)) throw error;
      return;
    }
    for (const { channel, text } of drafts) {
      this.#kept.set(channel, text);
      // More may have been typed while this was being written.
      if (this.#unsaved.get(channel) === text) this.#unsaved.delete(channel);
      this.#bus.send({ t: 'draft', channel, text });
    }
  }
}
