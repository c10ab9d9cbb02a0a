import { CHUNK, SEGMENT } from '#kernel/records.ts';
import type { RolePlace } from '#kernel/places.ts';
import type { MembersView, ViewMember } from '../api.ts';
import { membersChain } from '../database/chains.ts';
import type { ChunkRow, StoredRecord } from '../database/rows.ts';
import type { BusMessage } from '../device/bus.ts';
import type { Ground } from '../overlay/overlay-records.ts';
import { PlacesGround } from '../overlay/places-ground.ts';
import { predict } from '../overlay/predict.ts';
import { oncePerFrame } from './frame.ts';
import type { Host, OpenView } from './host.ts';

/** Chunks read at once: a segment. */
const PART = SEGMENT / CHUNK;

const textOf = (record: StoredRecord, field: string): string => String(record[field] ?? '');

function memberOf(record: StoredRecord): ViewMember {
  return {
    id: record.id,
    name: textOf(record, 'name'),
    ...(record['picture'] ? { picture: textOf(record, 'picture') } : {}),
    role: textOf(record, 'role'),
    unclaimed: record['unclaimed'] === true,
    joinedAt: Number(record['joinedAt'] ?? 0),
  };
}

/** By rank, then name, as a person reads a list. */
export function sortMembers(members: ViewMember[], roles: readonly RolePlace[]): ViewMember[] {
  const rank = new Map(roles.map((role) => [role.id, role.rank]));
  const names = new Intl.Collator(undefined, { sensitivity: 'base' });
  return members.sort(
    (a, b) =>
      (rank.get(b.role) ?? 0) - (rank.get(a.role) ?? 0) || names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1),
  );
}

/** The list of a community's members, from its chain on this device. */
export class MembersWindow implements MembersView, OpenView {
  readonly chain: string;
  status = $state.raw<MembersView['status']>('loading');
  members = $state.raw<readonly ViewMember[]>([]);
  total = $state.raw(0);
  complete = $state.raw(false);

  readonly #host: Host;
  readonly #community: string;
  #chunks = new Map<number, ChunkRow>();
  #parts = 1;
  #closed = false;
  #work: Promise<unknown> = Promise.resolve();
  readonly #readSoon = oncePerFrame(() => this.#inTurn(() => this.#read()));

  constructor(host: Host, community: string) {
    this.#host = host;
    this.#community = community;
    this.chain = membersChain(community);
    this.#inTurn(() => this.#open());
  }

  loadMore(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.complete) return;
      this.#parts++;
      await this.#read();
    });
  }

  find(text: string): ViewMember[] {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [...this.members];
    return this.members.filter(({ name }) => name.toLowerCase().includes(wanted));
  }

  close(): void {
    this.#closed = true;
    this.#host.closed(this);
  }

  hear(message: Extract<BusMessage, { t: 'changed' | 'erased' | 'evicted' | 'reset' }>): void {
    if (message.t === 'erased' || message.t === 'reset') this.#chunks.clear();
    if (message.t === 'erased') {
      this.members = [];
      this.status = 'missing';
    } else this.#readSoon();
  }

  refresh(): void {
    if (this.#closed) return;
    if (this.#chunks.size > 0) this.#compose();
    else this.status = this.#host.reachable ? 'loading' : 'missing';
  }

  caughtUp(): Promise<void> {
    return this.#inTurn(() => this.#read());
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch((error: unknown) => reportError(error));
    return result;
  }

  async #open(): Promise<void> {
    await this.#read();
    if (!this.#host.reachable || this.#closed) return;
    await this.#host.ask({ want: 'chain', chain: this.chain });
    await this.#read();
  }

  async #read(): Promise<void> {
    if (this.#closed) return;
    const wanted = this.#parts * PART;
    const range = IDBKeyRange.bound([this.chain, 0], [this.chain, wanted], false, true);
    const rows = await this.#host.device.chunks.getAll(range);
    this.#chunks = new Map(rows.map((row) => [row.chunk, row]));
    this.refresh();
    if (rows.length > 0) this.#host.shown();
    else this.#host.missing();
  }

  #compose(): void {
    const place = this.#host.places?.communities.find(({ id }) => id === this.#community);
    const members = this.#predicted().map(memberOf);
    this.members = sortMembers(members, place?.roles ?? []);
    const all = place?.nextMember ?? 0;
    this.complete = this.#parts * SEGMENT >= all;
    this.total = Math.max(place?.members ?? 0, this.complete ? members.length : 0);
    this.status = 'ready';
  }

  /** Confirmed members with pending roles and removals applied (O3). */
  #predicted(): StoredRecord[] {
    const records = [...this.#chunks.values()].flatMap((row) => row.records);
    const { ruling, confirmedPlaces, rows, actor } = this.#host;
    const waiting = rows.filter(
      (row) => row.community === this.#community && row.seenIn === this.chain && row.state !== 'refused',
    );
    if (!ruling || !confirmedPlaces || waiting.length === 0) return records;
    const ground: Ground = { get: (kind, owner, id) => this.record(kind, owner, id), all: () => [] };
    const { records: overlay } = predict(waiting, ruling.registry, new PlacesGround(confirmedPlaces, ground), actor);
    const changes = overlay.changes('member', this.#community);
    return records.flatMap((record) => {
      if (!changes.has(record.id)) return [record];
      const changed = changes.get(record.id) as { role: string; state: string } | undefined;
      return changed && changed.state !== 'banned' ? [{ ...record, role: changed.role }] : [];
    });
  }

  /** The row behind a list entry, as far as the list tells it. */
  record(kind: string, owner: string, id: string): StoredRecord | undefined {
    if (kind !== 'member' || owner !== this.#community) return undefined;
    for (const { records } of this.#chunks.values()) {
      const found = records.find((record) => record.id === id);
      if (found)
        return {
          ...found,
          user: found.id,
          community: owner,
          state: found['unclaimed'] ? 'unclaimed' : 'active',
          rooms: [],
        };
    }
    return undefined;
  }
}
