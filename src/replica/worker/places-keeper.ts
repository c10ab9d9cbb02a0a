import type { Places, PlacesPatch } from '#kernel/places.ts';
import type { Bus } from '../device/bus.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { channelChain, membersChain } from '../database/chains.ts';
import { eraseCopies, eraseLost } from '../database/erase.ts';
import type { ChainName } from '../database/rows.ts';
import { advanceHeads, applyPatch, communityOfChannel, lostAccess, type LostAccess } from '../places/patch.ts';
import type { ChainHead } from './catch-up/catchup.ts';
import type { Documents } from './documents/documents.ts';

/** What the leader knows of the person's places; whoever reads the row sees the same. */
export class PlacesKeeper {
  readonly #db: DeviceDatabase;
  readonly #bus: Bus;
  readonly #documents: Documents;
  #places: Places | null = null;
  #back = 0;
  /** All places came since the server could be heard again. */
  #heard = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: DeviceDatabase, bus: Bus, documents: Documents) {
    this.#db = db;
    this.#bus = bus;
    this.#documents = documents;
  }

  get current(): Places | null {
    return this.#places;
  }

  async load(): Promise<void> {
    const row = await this.#db.places.get('places');
    this.#places = row?.places ?? null;
    this.#back = row?.back ?? 0;
  }

  /** The server cannot be heard any more. */
  lost(): void {
    this.#heard = false;
  }

  communityOf(chain: ChainName): string | undefined {
    const [kind, owner = ''] = chain.split('/');
    if (kind === 'channel') return communityOfChannel(this.#places, owner)?.id;
    return this.#places?.communities.find(({ id }) => id === owner)?.id;
  }

  /** Where a chain stands on the server, as far as we were told. */
  head(chain: ChainName): ChainHead | undefined {
    const [kind, owner = ''] = chain.split('/');
    if (kind === 'channel') {
      const place = communityOfChannel(this.#places, owner)?.channels.find(({ id }) => id === owner);
      return place && { chain, pos: place.pos, next: place.next };
    }
    const community = this.#places?.communities.find(({ id }) => id === owner);
    return community && { chain, pos: community.pos, next: community.nextMember };
  }

  channels(): ChainHead[] {
    return (this.#places?.communities ?? []).flatMap(({ channels }) =>
      channels.map(({ id, pos, next }) => ({ chain: channelChain(id), pos, next })),
    );
  }

  /**
   * Everything, from the start of a socket or from `GET /api/places`.
   * @param anew the server could not be heard until now
   */
  async replace(places: Places, anew = false): Promise<void> {
    const before = this.#places;
    if (before && before.epoch === places.epoch && before.version > places.version) return;
    this.#places = places;
    // With them, before anything else is done: a write that is due already must not tell them without it.
    if (anew) this.#back = Date.now();
    this.#heard = true;
    if (before && before.epoch !== places.epoch) {
      await eraseCopies(this.#db, 'all');
      this.#documents.forget(() => true);
      this.#bus.send({ t: 'reset' });
    }
    if (before) await this.erase(lostAccess(before, places));
    await this.#write();
  }

  /** What a document on the socket shows is known before places tell it: how far its chain goes. */
  async advance(heads: ReadonlyMap<ChainName, number>): Promise<void> {
    const before = this.#places;
    // What the server said while it could not be heard comes with all places, which say that it was missed.
    if (!before || !this.#heard) return;
    this.#places = advanceHeads(before, heads);
    if (this.#places !== before) await this.#write();
  }

  async patch(patch: PlacesPatch): Promise<void> {
    const before = this.#places;
    if (!before) return;
    this.#places = applyPatch(before, patch);
    if (patch.left || patch.communities) await this.erase(lostAccess(before, this.#places));
    await this.#write();
  }

  /** The server closed one chain to this person. */
  async close(chain: ChainName): Promise<void> {
    const [kind, owner = ''] = chain.split('/');
    const places = this.#places;
    if (places && kind === 'channel') {
      const communities = places.communities.map((community) => ({
        ...community,
        channels: community.channels.filter(({ id }) => id !== owner),
      }));
      this.#places = { ...places, communities };
      await this.erase({ communities: [], channels: [owner] });
    } else if (places) {
      this.#places = { ...places, communities: places.communities.filter(({ id }) => id !== owner) };
      await this.erase(lostAccess(places, this.#places));
    }
    await this.#write();
  }

  /** Erases on the device what a person lost, and tells every tab (O7). */
  async erase(lost: LostAccess): Promise<void> {
    if (lost.channels.length === 0 && lost.communities.length === 0) return;
    const gone = new Set([...lost.channels.map(channelChain), ...lost.communities.map(membersChain)]);
    this.#documents.forget((chain) => gone.has(chain));
    // A write that was under way may have put a part back: only after it the erasure is final.
    await this.#documents.flush();
    const chains = await eraseLost(this.#db, lost);
    for (const chain of new Set([...chains, ...gone])) this.#bus.send({ t: 'erased', chain, reason: 'revoked' });
    this.#bus.send({ t: 'outbox' });
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.#places)
        await this.#db.places.put({ key: 'places', places: this.#places, heard: Date.now(), back: this.#back });
      this.#bus.send({ t: 'places' });
    });
    return this.#writing;
  }
}
