import { ulid } from '#kernel/ids.ts';
import { ImportRefused, type ImportDoor } from './import-door.ts';
import type { ImportIds } from './import-ids.ts';
import type { SourceChannel } from './items.ts';
import { oneLine, storable } from './tidy.ts';

/** A channel of the community before the run. */
export interface PresentChannel {
  id: string;
  name: string;
  archived: boolean;
}

export interface ImportChannel {
  id: string;
  name: string;
  /** Made by this run: nothing of the source can be in it. */
  fresh: boolean;
  taken: number;
  there: number;
}

const NAME = 80;
const TOPIC = 250;

/**
 * The channels of a run, made when they first appear. Always new ones: old messages after people's own would stand in an
 * order that never was. A channel's id comes from the source, so the next run finds it, also when it was renamed.
 */
export class ImportChannels {
  readonly #community: string;
  readonly #ids: ImportIds;
  readonly #door: ImportDoor;
  readonly #present: Map<string, PresentChannel>;
  readonly #open = new Map<string, ImportChannel>();
  readonly #toArchive: ImportChannel[] = [];

  constructor({
    community,
    ids,
    door,
    channels,
  }: {
    community: string;
    ids: ImportIds;
    door: ImportDoor;
    channels: readonly PresentChannel[];
  }) {
    this.#community = community;
    this.#ids = ids;
    this.#door = door;
    this.#present = new Map(channels.map((channel) => [channel.id, channel]));
  }

  get all(): ImportChannel[] {
    return [...this.#open.values()];
  }

  /** The channel of this key, named by its key unless the source described it before. */
  async open(key: string): Promise<ImportChannel> {
    return (
      this.#open.get(key) ??
      this.describe({ kind: 'channel', key, name: key, topic: '', archived: false, private: false })
    );
  }

  async describe({ key, name, topic, archived, private: isPrivate }: SourceChannel): Promise<ImportChannel> {
    const id = this.#ids.channel(key);
    const present = this.#present.get(id);
    const channel = { id, name: present?.name ?? this.#freeName(name), fresh: !present, taken: 0, there: 0 };
    this.#open.set(key, channel);
    if (!present) {
      await this.#submit('channel.create', channel, {
        community: this.#community,
        id,
        name: channel.name,
        topic: storable(topic).slice(0, TOPIC).toWellFormed(),
        private: isPrivate,
      });
    }
    if (archived && !present?.archived) this.#toArchive.push(channel);
    return channel;
  }

  /** Archives what the source has archived, once everything is in it. */
  async finish(): Promise<void> {
    for (const channel of this.#toArchive) {
      await this.#submit('channel.change', channel, {
        community: this.#community,
        channel: channel.id,
        archived: true,
      });
    }
  }

  async #submit(name: string, channel: ImportChannel, args: unknown): Promise<void> {
    const receipt = await this.#door.submit({ id: ulid(), name, args, at: Date.now() });
    if (!receipt.ok) throw new ImportRefused(receipt.refused.code, `the channel #${channel.name}`);
  }

  /** Two channels may not be mistaken for each other. */
  #freeName(wanted: string): string {
    const taken = new Set([...this.#present.values(), ...this.#open.values()].map(({ name }) => name.toLowerCase()));
    const name = oneLine(wanted, NAME - 5, 'imported');
    for (let n = 1; ; n++) {
      const candidate = n === 1 ? name : `${name}-${n}`;
      if (!taken.has(candidate.toLowerCase())) return candidate;
    }
  }
}
