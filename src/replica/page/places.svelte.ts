import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { Bus } from '../device/bus.ts';
import { share } from '../places/share.ts';

export interface PagePlacesOptions {
  device: DeviceDatabase;
  bus: Bus;
  /** What the device holds at the start. */
  places: Places | null;
  marks: ReadonlyMap<string, number>;
  /** Places with what waits in the outbox applied. */
  predict(places: Places): Places;
}

/** Where this person may go, as a page shows it: what the server told, what was read here, and what waits to be sent. */
export class PagePlaces {
  readonly #device: DeviceDatabase;
  readonly #bus: Bus;
  #confirmed = $state.raw<Places | null>(null);
  #marks = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #predict: PagePlacesOptions['predict'];
  #lastRead: Places | null = null;
  #back = 0;
  // For itself: every message that is written predicts again, and most change nothing here.
  readonly #read = $derived.by(
    () => (this.#lastRead = share(this.#lastRead, this.#confirmed && withMarks(this.#confirmed, this.#marks))),
  );
  readonly #shown = $derived.by(() => this.#read && this.#predict(this.#read));

  constructor({ device, bus, places, marks, predict }: PagePlacesOptions) {
    this.#device = device;
    this.#bus = bus;
    this.#confirmed = places;
    this.#marks = marks;
    this.#predict = predict;
  }

  /** As the server last told them. */
  get confirmed(): Places | null {
    return this.#confirmed;
  }

  /** With what was read here and what waits applied. */
  get shown(): Places | null {
    return this.#shown;
  }

  community(slugOrId: string): CommunityPlace | undefined {
    return this.shown?.communities.find(({ id, slug }) => id === slugOrId || slug === slugOrId);
  }

  placeOf(channel: string): { community: CommunityPlace; channel: ChannelPlace } | undefined {
    for (const community of this.shown?.communities ?? []) {
      const found = community.channels.find(({ id }) => id === channel);
      if (found) return { community, channel: found };
    }
    return undefined;
  }

  /** The name of the channel or community something goes to, while it is known here. */
  nameOf({ channel, community }: { channel: string | null; community: string | null }): string | undefined {
    const name = channel ? this.placeOf(channel)?.channel.name : undefined;
    return name ?? this.shown?.communities.find(({ id }) => id === community)?.name;
  }

  /**
   * Reads what the leader wrote.
   * @returns whether the server could not be heard for a while before: it stands with the places, since a message that says so may
   *   come after somebody has read them already
   */
  async read(): Promise<boolean> {
    const [row, marks] = await Promise.all([this.#device.places.get('places'), this.#device.marks.getAll()]);
    this.#confirmed = share(this.#confirmed, row?.places ?? null);
    this.#marks = new Map(marks.map(({ channel, read }) => [channel, this.#furthest(channel, read)]));
    const back = row?.back ?? 0;
    const returned = back > this.#back;
    this.#back = Math.max(back, this.#back);
    return returned;
  }

  /** Moves a read mark forward, here at once and on the device soon; it never moves back. */
  mark(channel: string, read: number): void {
    const known = Math.max(this.#marks.get(channel) ?? 0, this.placeOf(channel)?.channel.read ?? 0);
    if (read <= known) return;
    this.#marks = new Map(this.#marks).set(channel, read);
    void this.#keep(channel, read);
  }

  /** Another tab read further. */
  hearMarks(marks: [channel: string, read: number][]): void {
    const further = marks.map(([channel, read]) => [channel, this.#furthest(channel, read)] as const);
    this.#marks = new Map([...this.#marks, ...further]);
  }

  #furthest(channel: string, read: number): number {
    return Math.max(read, this.#marks.get(channel) ?? 0);
  }

  async #keep(channel: string, read: number): Promise<void> {
    await this.#device.transaction(['marks'], async ({ marks }) => {
      const before = await marks.get(channel);
      if (!before || before.read < read) await marks.put({ channel, read });
    });
    this.#bus.send({ t: 'marks', marks: [[channel, read]] });
  }
}

/** Places with what was read on this device and the server has not told us back. */
function withMarks(places: Places, marks: ReadonlyMap<string, number>): Places {
  const moved = (channel: ChannelPlace): boolean => (marks.get(channel.id) ?? 0) > channel.read;
  if (!places.communities.some(({ channels }) => channels.some(moved))) return places;
  const communities = places.communities.map((community) =>
    community.channels.some(moved)
      ? {
          ...community,
          channels: community.channels.map((channel) =>
            moved(channel) ? { ...channel, read: marks.get(channel.id) ?? channel.read } : channel,
          ),
        }
      : community,
  );
  return { ...places, communities };
}
