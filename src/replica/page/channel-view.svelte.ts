import { chunkOf, CHUNK, segmentOf } from '#kernel/records.ts';
import type { ChannelView, ViewMessage } from '../api.ts';
import type { ChunkRow, StoredRecord } from '../database/rows.ts';
import { channelChain } from '../database/chains.ts';
import type { BusMessage } from '../device/bus.ts';
import { composeMessages, createMemory, snippetFrom, wantedSnippets, type Snippet } from '../view/compose.ts';
import { oncePerFrame } from './frame.ts';
import type { Host, OpenView } from './host.ts';
import { readEnd, readNext, type Newest } from './newest.ts';

/** Chunks loaded around a place somebody jumps to. */
const AROUND = 1;
/** Messages above the place somebody comes to, so that it does not stand at the very top. */
const ABOVE = 20;

type At = { no: number } | 'unread' | 'end';

/** A window on a channel's chunks. Everything it shows comes from the device; what is not there is asked of the leader. */
export class ChannelWindow implements ChannelView, OpenView {
  readonly channel: string;
  readonly chain: string;
  status = $state.raw<ChannelView['status']>('loading');
  messages = $state.raw<readonly ViewMessage[]>([]);
  atStart = $state.raw(false);
  atEnd = $state.raw(false);
  unreadFrom = $state.raw<number | null>(null);
  below = $state.raw(0);

  readonly #host: Host;
  /** The channel's `next` as places told it last; endless until they know the channel. */
  #told: number;
  /** The read mark before what places have not told yet was read: it comes first, and may stand on the screen by then. */
  #readBefore: number | null = null;
  #at: At;
  #chunks: ChunkRow[] = [];
  /** The `no` after the last one on this device. */
  #next = 0;
  #snippets = new Map<string, Snippet>();
  #memory = createMemory();
  readonly #stale = new Set<number>();
  #heard = false;
  #closed = false;
  #work: Promise<unknown> = Promise.resolve();
  readonly #readSoon = oncePerFrame(() => this.#inTurn(() => this.#readStale()));

  /** @param kept the channel's end, where it was read already: what is in it is there at once */
  constructor(host: Host, channel: string, at: At, kept: Newest | null = null) {
    this.#host = host;
    this.channel = channel;
    this.chain = channelChain(channel);
    this.#at = at;
    const place = host.placeOf(channel)?.channel;
    this.#told = place?.next ?? Infinity;
    // Whoever asks for the end wants what is said now: nothing before it counts as missed.
    if (place && at !== 'end' && place.read < place.next) this.unreadFrom = place.read;
    if (!kept || !this.#openWith(kept)) this.#inTurn(() => this.#open());
  }

  loadOlder(): Promise<void> {
    return this.#inTurn(async () => {
      const first = this.#chunks[0]?.chunk ?? 0;
      if (first === 0) return;
      const older = await this.#chunk(first - 1);
      if (older) this.#show([older, ...this.#chunks]);
    });
  }

  loadNewer(): Promise<void> {
    return this.#inTurn(async () => {
      const last = this.#chunks.at(-1);
      if (!last || this.#reachesEnd()) return;
      const newer = await this.#chunk(last.chunk + 1);
      if (newer) this.#show([...this.#chunks, newer]);
    });
  }

  jumpTo(no: number): Promise<'there' | 'missing'> {
    return this.#inTurn(() => this.#goTo(no));
  }

  jumpToDate(milliseconds: number): Promise<'there' | 'missing'> {
    return this.#inTurn(async () => {
      const no = (await this.#noAt(milliseconds)) ?? (await this.#askNoAt(milliseconds));
      return no === null ? 'missing' : this.#goTo(no);
    });
  }

  jumpToEnd(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#readNext();
      await this.#showEnd();
    });
  }

  markRead(no: number): void {
    if (no >= this.#told) this.#readBefore ??= this.#host.placeOf(this.channel)?.channel.read ?? null;
    this.#host.mark(this.channel, no + 1);
  }

  close(): void {
    this.#closed = true;
    this.#host.closed(this);
  }

  hear(message: Extract<BusMessage, { t: 'changed' | 'erased' | 'evicted' | 'reset' }>): void {
    if (message.t === 'erased') {
      this.#chunks = [];
      this.#snippets.clear();
      this.#memory = createMemory();
      this.messages = [];
      this.status = 'closed';
      return;
    }
    if (message.t === 'reset') {
      this.#chunks = [];
      this.#snippets.clear();
      this.#memory = createMemory();
      this.#inTurn(() => this.#open());
      return;
    }
    if (message.t === 'changed') {
      for (const chunk of message.chunks) this.#stale.add(chunk);
      this.#heard = true;
      this.#readSoon();
    }
  }

  missed(): void {
    const place = this.#host.placeOf(this.channel)?.channel;
    if (!place) return;
    const read = this.#readBefore ?? place.read;
    // Whoever had not read all of what was there keeps the line where it is.
    if (read >= this.#told && read < place.next) this.unreadFrom = read;
  }

  refresh(): void {
    if (this.#closed || this.status === 'closed') return;
    const place = this.#host.placeOf(this.channel);
    if (place && place.channel.next !== this.#told) {
      this.#told = place.channel.next;
      this.#readBefore = null;
    }
    if (!place && this.#host.places) this.status = 'missing';
    else if (this.#chunks.length > 0 || (place && place.channel.next === 0)) this.#compose();
    else this.status = this.#host.reachable ? 'loading' : 'missing';
  }

  caughtUp(): Promise<void> {
    return this.#inTurn(() => this.#readStale());
  }

  record(kind: string, owner: string, id: string): StoredRecord | undefined {
    if (kind !== 'message' || owner !== this.channel) return undefined;
    for (const { records } of this.#chunks) {
      const found = records.find((record) => record.id === id);
      if (found) return found;
    }
    return undefined;
  }

  /** One load after the other: two at once would tear the window. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    // The caller gets the error; the next load starts from what is there.
    this.#work = result.catch((error: unknown) => reportError(error));
    return result;
  }

  /** False when what is wanted first is not in it. */
  #openWith({ next, chunks }: Newest): boolean {
    const first = chunks[0];
    if (!first) return false;
    const at = this.#at;
    const wanted = typeof at === 'object' ? at.no : at === 'unread' ? (this.unreadFrom ?? next) : next;
    const above = chunks.reduce((sum, { records }) => sum + records.filter(({ no }) => no < wanted).length, 0);
    if (first.chunk > 0 && above < ABOVE) return false;
    this.#next = next;
    this.#show(chunks);
    return true;
  }

  async #open(): Promise<void> {
    await this.#readNext();
    const at = this.#at;
    const unread = this.unreadFrom;
    if (at === 'unread' && unread !== null && this.#next > 0) {
      if ((await this.#goTo(Math.min(unread, this.#next - 1), false)) === 'there') return;
    } else if (typeof at === 'object' && (await this.#goTo(at.no)) === 'there') return;
    await this.#showEnd();
  }

  async #readNext(): Promise<void> {
    this.#next = await readNext(this.#host.device, this.chain);
  }

  async #showEnd(): Promise<void> {
    const chunks = await readEnd(this.#host.device, this.chain, this.#next);
    if (chunks.length > 0) return this.#show(chunks);
    this.refresh();
    this.#host.missing();
  }

  /** @param fetching asks the leader for what is not on the device */
  async #goTo(no: number, fetching = true): Promise<'there' | 'missing'> {
    const chunk = chunkOf(no);
    const shown = this.#chunks.some((row) => row.chunk === chunk);
    if (shown) return 'there';
    const middle = await this.#chunk(chunk, fetching);
    if (!middle) return 'missing';
    const keys = Array.from({ length: 2 * AROUND + 1 }, (_, index): [string, number] => [
      this.chain,
      chunk - AROUND + index,
    ]);
    const rows = await this.#host.device.chunks.getMany(keys);
    const before = rows.slice(0, AROUND).filter((row) => row !== undefined);
    const after = rows.slice(AROUND + 1).filter((row) => row !== undefined);
    this.#show([...before, middle, ...after]);
    return 'there';
  }

  /** A chunk from the device, else fetched to it. */
  async #chunk(chunk: number, fetching = true): Promise<ChunkRow | undefined> {
    const row = await this.#host.device.chunks.get([this.chain, chunk]);
    if (row || !fetching || chunk < 0 || !this.#host.reachable) return row;
    const { ok } = await this.#host.ask({ want: 'segment', chain: this.chain, n: segmentOf(chunk * CHUNK) });
    return ok ? this.#host.device.chunks.get([this.chain, chunk]) : undefined;
  }

  /** The first message at or after a time, among what is kept; null when that time lies before it. */
  async #noAt(time: number): Promise<number | null> {
    const row = await this.#host.device.chains.get(this.chain);
    const segment = row?.segments.find(({ to }) => to >= time) ?? row?.segments.at(-1);
    if (!row || !segment || (segment.n > 0 && segment.from > time && segment === row.segments[0])) return null;
    const text = await this.#host.device.texts.get([this.chain, segment.n]);
    if (!text) return null;
    const index = text.at.findIndex((at) => at >= time);
    return text.nos[index === -1 ? text.nos.length - 1 : index] ?? null;
  }

  async #askNoAt(time: number): Promise<number | null> {
    if (!this.#host.reachable) return null;
    const { ok, no } = await this.#host.ask({ want: 'segmentAt', chain: this.chain, time });
    return ok ? (no ?? null) : null;
  }

  async #readStale(): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    if (this.#closed || this.status === 'closed' || !this.#heard) return;
    this.#heard = false;
    const wasAtEnd = this.#reachesEnd();
    await this.#readNext();
    if (this.#chunks.length === 0) return this.#open();
    this.#forgetSnippets(stale);
    const last = this.#chunks.at(-1)?.chunk ?? 0;
    const mine = stale.filter((chunk) => this.#chunks.some((row) => row.chunk === chunk));
    // All that is there by now, also what is not told yet: whoever stood at the end would be left behind it, and see nothing that waits.
    const end = chunkOf(Math.max(this.#next - 1, 0));
    const following = wasAtEnd ? Array.from({ length: Math.max(0, end - last) }, (_, index) => last + 1 + index) : [];
    const rows = await this.#host.device.chunks.getMany(
      [...mine, ...following].map((chunk): [string, number] => [this.chain, chunk]),
    );
    const fresh = new Map(rows.flatMap((row) => (row ? [[row.chunk, row] as const] : [])));
    const chunks = this.#chunks.map((row) => fresh.get(row.chunk) ?? row);
    for (const chunk of following) {
      const row = fresh.get(chunk);
      if (row && chunk === (chunks.at(-1)?.chunk ?? -2) + 1) chunks.push(row);
    }
    this.#show(chunks);
  }

  /** What was erased must not live on beside its answers. */
  #forgetSnippets(changed: number[]): void {
    const segments = new Set(changed);
    for (const [id, { no }] of this.#snippetPlaces) {
      if (!segments.has(chunkOf(no))) continue;
      this.#snippets.delete(id);
      this.#snippetPlaces.delete(id);
    }
  }
  readonly #snippetPlaces = new Map<string, { no: number }>();

  /** Shows consecutive chunks; a hole ends the window before it. */
  #show(rows: ChunkRow[]): void {
    if (this.#closed || this.status === 'closed') return;
    const chunks: ChunkRow[] = [];
    for (const row of rows) {
      const previous = chunks.at(-1);
      if (previous && row.chunk !== previous.chunk + 1) break;
      chunks.push(row);
    }
    this.#chunks = chunks;
    const newest = chunks.at(-1)?.records.at(-1)?.no ?? -1;
    this.#next = Math.max(this.#next, newest + 1);
    this.#compose();
    void this.#readSnippets();
  }

  #reachesEnd(): boolean {
    return (this.#chunks.at(-1)?.chunk ?? 0) >= chunkOf(Math.max(this.#next - 1, 0));
  }

  #compose(): void {
    const host = this.#host;
    const atEnd = this.#reachesEnd();
    const messages = composeMessages({
      channel: this.channel,
      actor: host.actor,
      places: host.confirmedPlaces,
      overlay: host.ruling?.overlay ?? null,
      chunks: this.#chunks,
      rows: host.rows.filter(({ channel }) => channel === this.channel),
      atEnd,
      snippets: this.#snippets,
      memory: this.#memory,
    });
    const same =
      messages.length === this.messages.length && messages.every((message, index) => message === this.messages[index]);
    if (!same) this.messages = messages;
    this.atStart = (this.#chunks[0]?.chunk ?? 0) === 0;
    this.atEnd = atEnd;
    const next = Math.max(host.placeOf(this.channel)?.channel.next ?? 0, this.#next);
    const windowEnd = Math.min(next, ((this.#chunks.at(-1)?.chunk ?? -1) + 1) * CHUNK);
    this.below = atEnd ? 0 : next - windowEnd;
    this.status = 'ready';
    host.shown();
  }

  async #readSnippets(): Promise<void> {
    const wanted = wantedSnippets(this.#chunks, this.#snippets);
    if (wanted.length === 0) return;
    const chunks = [...new Set(wanted.map(({ no }) => chunkOf(no)))];
    const rows = await this.#host.device.chunks.getMany(chunks.map((chunk): [string, number] => [this.chain, chunk]));
    if (this.#closed || this.status === 'closed') return;
    for (const reply of wanted) {
      const row = rows.find((one) => one?.chunk === chunkOf(reply.no));
      this.#snippets.set(reply.id, snippetFrom(reply, row));
      this.#snippetPlaces.set(reply.id, { no: reply.no });
    }
    this.#compose();
  }
}
