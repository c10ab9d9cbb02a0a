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
    const known = this.#kept.get(channel);
    const kept = (await this.#device.drafts.get(channel))?.text ?? '';
    // What another tab told meanwhile is newer.
    if (this.#kept.get(channel) === known) this.#kept.set(channel, kept);
    return this.#unsaved.get(channel) ?? this.#kept.get(channel) ?? '';
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

  /**
   * Writes what was typed, at once. Of a page that may be gone in a moment nothing else has to follow: when this returns, the words are on
   * their way to the disk and to the other tabs, one of which may have read what was there before.
   */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const drafts = [...this.#unsaved].map(([channel, text]) => ({ channel, text }));
    if (drafts.length === 0) return;
    const keeping = this.#device.keepDrafts(drafts);
    for (const { channel, text } of drafts) this.#bus.send({ t: 'draft', channel, text });
    try {
      await keeping;
    } catch (error) {
      // A full device says so when something is sent; the words stay here, and are written with the next ones.
      if (!isQuotaError(error)) throw error;
      return;
    }
    for (const { channel, text } of drafts) {
      this.#kept.set(channel, text);
      // More may have been typed while this was being written.
      if (this.#unsaved.get(channel) === text) this.#unsaved.delete(channel);
    }
  }
}
