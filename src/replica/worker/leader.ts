import { COMMAND_VERSION } from '#kernel/limits.ts';
import { SEGMENT, segmentOf } from '#kernel/records.ts';
import type { Places, PlacesPatch } from '#kernel/places.ts';
import type { ServerMessage } from '#kernel/wire.ts';
import type { KeepPolicy } from '../api.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { isQuotaError } from '../database/quota.ts';
import type { ChainName } from '../database/rows.ts';
import type { Answer, Ask, Bus, BusMessage, SyncState } from '../device/bus.ts';
import { Attachments } from './attachments.ts';
import { catchUp, wantedOf, type CatchupTools, type ChainHead } from './catchup.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { Documents, splitName } from './documents.ts';
import type { Leading } from './election.ts';
import { fill, thinOut } from './fill.ts';
import { readFrames } from './frames.ts';
import { bytesOf, Refused, request, SessionEnded, Unreachable } from './http.ts';
import { Interests } from './interests.ts';
import { Marks } from './marks.ts';
import { PlacesKeeper } from './places-keeper.ts';
import { rebuildViews } from './rebuild-views.ts';
import { Sender } from './sender.ts';
import { settleSeen } from './settle-seen.ts';

export interface LeaderOptions {
  account: string;
  origin: string;
  db: DeviceDatabase;
  bus: Bus;
}

/** The one tab that talks to the server: it keeps documents, places, outbox and marks in step with it. */
export class Leader implements Leading {
  readonly #db: DeviceDatabase;
  readonly #bus: Bus;
  readonly #documents: Documents;
  readonly #places: PlacesKeeper;
  readonly #connection: Connection;
  readonly #attachments: Attachments;
  readonly #sender: Sender;
  readonly #marks: Marks;
  readonly #interests = new Interests();
  readonly #off: () => void;
  readonly #stopping = new AbortController();
  #state: SyncState = { connection: 'connecting', since: null, left: 0, trouble: null, full: null };
  #online = false;
  /** Sockets do not get through here, requests do. */
  #byRequests = false;
  #outdated = false;
  #turn: Promise<void> = Promise.resolve();
  #catching: Promise<void> | null = null;
  #again = false;
  /** How far chains must be for what was accepted to be seen. */
  #awaited: ReadonlyMap<ChainName, number> = new Map();

  constructor({ account, origin, db, bus }: LeaderOptions) {
    this.#db = db;
    this.#bus = bus;
    this.#documents = new Documents(db, {
      account,
      room: {
        isWanted: (chain, n) => this.#attachments.isWanted(`${chain}/${n}`),
        onEvicted: (evicted) => this.#noteEvicted(evicted),
      },
      communityOf: (chain) => this.#places.communityOf(chain),
      onWritten: (written) => {
        for (const { chain, chunks } of written) bus.send({ t: 'changed', chain, chunks });
        this.#inTurn(() => this.#places.advance(new Map(written.map(({ chain, next }) => [chain, next]))));
      },
      onTrouble: (error) => this.#noteTrouble(error),
    });
    this.#places = new PlacesKeeper(db, bus, this.#documents);
    this.#connection = new Connection(origin, account, {
      state: (state) => this.#noteConnection(state),
      message: (message) => this.#inTurn(() => this.#receive(message)),
      update: (document, update, first) => this.#inTurn(() => this.#update(document, update, first)),
      denied: (document) => this.#inTurn(() => this.#denied(document)),
      places: (places) => this.#inTurn(() => this.#withoutSocket(places)),
    });
    this.#attachments = new Attachments(this.#documents, this.#connection);
    this.#sender = new Sender(account, db, this.#connection, {
      changed: () => bus.send({ t: 'outbox' }),
      settled: ({ placed, session }) => {
        if (placed.length > 0) void this.#marks.advance(placed.map(([channel, no]) => [channel, no + 1]));
        if (session.includes('update')) this.#noteOutdated();
        if (session.includes('account')) this.#connection.drop();
        this.#inTurn(async () => {
          await this.#settleSeen();
          if (this.#awaited.size > 0) this.#catchUp();
        });
      },
    });
    this.#marks = new Marks(db, this.#connection, () => this.#places.current);
    this.#off = bus.listen((message) => this.#hear(message));
    this.#inTurn(() => this.#places.load());
    this.#inTurn(() => rebuildViews(db, this.#documents));
    this.#inTurn(async () => this.#connection.tryNow());
    bus.send({ t: 'hello' });
    this.#tell({});
  }

  stop(): void {
    this.#stopping.abort();
    this.#off();
    this.#connection.stop();
    this.#sender.disconnected();
    this.#marks.stop();
    void this.#documents.flush();
  }

  tryNow(): void {
    this.#connection.tryNow();
  }

  /** The browser reports no network. */
  offline(): void {
    this.#connection.drop();
  }

  /** Messages change documents and places one after the other, in the order they came (P3). */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#noteTrouble(error));
  }

  async #receive(message: ServerMessage): Promise<void> {
    switch (message.t) {
      case 'hello':
        this.#online = true;
        this.#byRequests = false;
        if (message.oldest > COMMAND_VERSION) this.#noteOutdated();
        await this.#places.replace(message.places);
        if (!this.#outdated) this.#sender.connected(message.now);
        this.#marks.restart();
        await this.#match();
        this.#catchUp();
        return;
      case 'receipts':
        return this.#sender.receive(message.receipts);
      case 'places':
        return this.#patch(message.patch);
      case 'closed':
        if (message.reason === 'revoked') await this.#places.close(splitName(message.document).chain);
        else if (message.reason === 'session') this.#connection.drop();
        return;
      case 'typing':
        return this.#bus.send({ t: 'typing', channel: message.channel, user: message.user, name: message.name });
      case 'trouble':
        return this.#tell({ trouble: message.what });
    }
  }

  async #patch(patch: PlacesPatch): Promise<void> {
    const before = new Map(this.#places.channels().map(({ chain, pos }) => [chain, pos]));
    await this.#places.patch(patch);
    for (const [channel, , pos, segments] of patch.heads ?? [])
      await this.#follow(`channel/${channel}`, before.get(`channel/${channel}`) ?? 0, pos, segments);
    await this.#match();
    this.#documents.schedule();
    await this.#settleSeen();
    this.#catchUp();
  }

  /** P3: a device that was current, and has every changed segment on the socket, is current again without asking. */
  async #follow(chain: ChainName, before: number, pos: number, segments: number[]): Promise<void> {
    const row = await this.#db.chains.get(chain);
    if (!row || row.pos < before || row.pos >= pos) return;
    if (segments.every((n) => this.#attachments.isLive(`${chain}/${n}`))) {
      this.#documents.reach(chain, pos);
      await this.#documents.flush();
    }
  }

  async #update(name: string, update: Uint8Array, first: boolean): Promise<void> {
    const document = await this.#documents.open(name);
    document.receive(update);
    if (document.hasGap) this.#connection.socket?.ask(name, document.stateVector());
    if (first) await this.#becomeLive(name);
    this.#documents.schedule();
    if (document.next !== null && !this.#attachments.isWanted(`${document.chain}/${document.next}`))
      await this.#match();
  }

  async #becomeLive(name: string): Promise<void> {
    const { chain } = splitName(name);
    this.#attachments.live(name);
    this.#documents.markWhole(name);
    const row = await this.#db.chains.get(chain);
    const head = this.#places.head(chain);
    // All this device will have of the chain is this segment: it stands where the server said before it answered.
    if (head && (!row || row.segments.length === 0)) this.#documents.reach(chain, head.pos);
  }

  async #denied(name: string): Promise<void> {
    this.#attachments.release(name);
    await this.#places.replace((await (await request('/api/places')).json()) as Places);
  }

  /** Sockets do not get through: what can be done by requests is done by requests. */
  async #withoutSocket(places: Places): Promise<void> {
    this.#online = true;
    this.#byRequests = true;
    await this.#places.replace(places);
    this.#sender.post();
    await this.#marks.post();
    this.#catchUp();
  }

  async #match(): Promise<void> {
    const heads = [...this.#interests.chains()]
      .map((chain) => this.#places.head(chain))
      .filter((head) => head !== undefined);
    await this.#attachments.match(heads);
  }

  #tools(): CatchupTools {
    return {
      db: this.#db,
      documents: this.#documents,
      epoch: () => this.#places.current?.epoch ?? null,
      head: (chain) => this.#places.head(chain),
      isLive: (document) => this.#attachments.isLive(document),
      onClosed: (chain) => this.#places.close(chain),
      onProgress: () => this.#count(),
    };
  }

  /** Catches up until nothing is behind, then fetches older history. One run at a time. */
  #catchUp(): void {
    if (this.#catching) {
      this.#again = true;
      return;
    }
    this.#catching = this.#catchUpAndFill()
      .catch((error: unknown) => this.#noteTrouble(error))
      .finally(() => {
        this.#catching = null;
        if (this.#again && !this.#stopping.signal.aborted) {
          this.#again = false;
          this.#catchUp();
        }
      });
  }

  async #catchUpAndFill(): Promise<void> {
    if (!this.#online) return;
    const tools = this.#tools();
    const signal = this.#stopping.signal;
    const behind = await this.#behind();
    if (behind.length > 0) await catchUp(tools, behind, signal);
    await this.#settleSeen();
    await this.#count();
    if (this.#again) return;
    await fill(
      {
        ...tools,
        policyOf: (community) => this.#policyOf(community),
        isOnScreen: ({ chain }) => this.#interests.chains().has(chain),
        shouldRest: () => this.#again || this.#interests.shouldRest || this.#state.full !== null,
      },
      signal,
    );
  }

  /** What to ask for, what somebody looks at first. */
  async #behind(): Promise<NonNullable<ReturnType<typeof wantedOf>>[]> {
    const shown = this.#interests.chains();
    const rows = new Map((await this.#db.chains.toArray()).map((row) => [row.chain, row]));
    const heads: ChainHead[] = this.#places.channels();
    for (const chain of new Set([...rows.keys(), ...shown])) {
      const head = chain.startsWith('members/') ? this.#places.head(chain) : undefined;
      if (head) heads.push({ ...head, pos: Math.max(head.pos, this.#awaited.get(chain) ?? 0) });
    }
    const kept: ChainHead[] = [];
    for (const head of heads) {
      const policy = await this.#policyOf(this.#places.communityOf(head.chain) ?? '');
      if (policy !== 'nothing' || shown.has(head.chain)) kept.push(head);
    }
    return kept
      .sort(
        (a, b) =>
          Number(shown.has(b.chain)) - Number(shown.has(a.chain)) ||
          Number(rows.has(b.chain)) - Number(rows.has(a.chain)),
      )
      .flatMap((head) => wantedOf(head, rows.get(head.chain)) ?? []);
  }

  async #policyOf(community: string): Promise<KeepPolicy> {
    return (await this.#db.kept.get(community))?.policy ?? 'everything';
  }

  /** Messages the server has after the last one here. */
  async #count(): Promise<void> {
    const rows = new Map((await this.#db.chains.toArray()).map((row) => [row.chain, row]));
    const left = this.#places.channels().reduce((sum, { chain, next, pos }) => {
      const row = rows.get(chain);
      return row && row.pos < pos ? sum + Math.max(0, next - row.next) : sum;
    }, 0);
    this.#tell({ left });
  }

  async #settleSeen(): Promise<void> {
    const places = this.#places.current;
    if (!places) return;
    // What the socket brought before the receipts is written first, or a message would vanish for a moment.
    await this.#documents.flush();
    const { some, behind } = await settleSeen(this.#db, places, (document) => this.#attachments.isLive(document));
    if (some) this.#bus.send({ t: 'outbox' });
    this.#awaited = behind;
  }

  #hear(message: BusMessage): void {
    switch (message.t) {
      case 'hello':
        return this.#tell({});
      case 'interest':
        this.#interests.set(message.tab, message.chains, message.visible, message.frugal);
        return this.#inTurn(async () => {
          await this.#match();
          if (message.chains.some((chain) => chain.startsWith('members/'))) this.#catchUp();
        });
      case 'bye':
        this.#interests.remove(message.tab);
        return this.#inTurn(() => this.#match());
      case 'outbox':
        return this.#byRequests ? this.#sender.post() : this.#sender.send();
      case 'marks':
        return this.#marks.schedule();
      case 'sendTyping':
        return this.#connection.send({ t: 'typing', channel: message.channel });
      case 'try':
        return this.tryNow();
      case 'offline':
        return this.offline();
      case 'evicted':
        for (const { chain, n } of message.evicted) this.#documents.forgetSegment(`${chain}/${n}`);
        return;
      case 'ask':
        this.#answer(message.ask).then(
          (answer) => this.#bus.send({ t: 'answer', id: message.id, answer }),
          (error: unknown) => {
            this.#noteTrouble(error);
            this.#bus.send({ t: 'answer', id: message.id, answer: { ok: false } });
          },
        );
    }
  }

  async #answer(ask: Ask): Promise<Answer> {
    if (ask.want === 'policy') {
      await this.#applyPolicy(ask.community);
      return { ok: true };
    }
    if (!this.#online) return { ok: false };
    if (ask.want === 'segment') return { ok: await this.#fetchSegment(ask.chain, ask.n) };
    if (ask.want === 'segmentAt') {
      const answer = await request(
        `/api/channels/${ask.chain.slice('channel/'.length)}/at?time=${Math.round(ask.time)}`,
      );
      return { ok: true, no: ((await answer.json()) as { no: number }).no };
    }
    const head = this.#places.head(ask.chain);
    if (!head) return { ok: false };
    const segments = Array.from({ length: segmentOf(Math.max(head.next - 1, 0)) + 1 }, (_, n) => n);
    const [chain = '', owner = ''] = ask.chain.split('/');
    const row = await this.#db.chains.get(ask.chain);
    const held = new Set(row?.segments.map(({ n }) => n));
    const missing = segments.filter((n) => !held.has(n));
    if (row) await catchUp(this.#tools(), [{ chain, owner, pos: row.pos, from: 0 }], this.#stopping.signal);
    if (missing.length > 0)
      await catchUp(this.#tools(), [{ chain, owner, pos: 0, segments: missing }], this.#stopping.signal);
    return { ok: true };
  }

  async #fetchSegment(chain: ChainName, n: number): Promise<boolean> {
    const name = `${chain}/${n}`;
    const { frames } = readFrames(await bytesOf(await request(`/api/documents/${name}`)));
    const parts = frames.flatMap((frame) => (frame.what === 'snapshot' || frame.what === 'update' ? [frame] : []));
    if (parts.length === 0) return false;
    if (!this.#attachments.isLive(name)) {
      const document = this.#documents.replace(name);
      for (const { update } of parts) document.receive(update);
    }
    this.#documents.markWhole(name);
    await this.#documents.flush();
    return true;
  }

  async #applyPolicy(community: string): Promise<void> {
    await this.#db.chains.where('community').equals(community).modify({ stop: 0 });
    const evicted = await thinOut(this.#db, community, await this.#policyOf(community));
    this.#noteEvicted(evicted, false);
    this.#tell({ full: null });
    this.#catchUp();
  }

  #noteEvicted(evicted: { chain: ChainName; n: number }[], full = true): void {
    for (const { chain, n } of evicted) this.#documents.forgetSegment(`${chain}/${n}`);
    this.#bus.send({ t: 'evicted', evicted });
    const before = this.#state.full?.evicted ?? 0;
    if (full) this.#tell({ full: { what: 'copy', evicted: before + evicted.length * SEGMENT } });
  }

  #noteConnection(state: ConnectionState): void {
    if (state !== 'online') {
      this.#online = false;
      this.#sender.disconnected();
      this.#attachments.disconnected();
    }
    const since = state === 'online' ? null : (this.#state.since ?? Date.now());
    this.#tell({
      connection: this.#outdated ? 'outdated' : state,
      since,
      ...(state === 'online' ? {} : { trouble: null }),
    });
  }

  #noteOutdated(): void {
    this.#outdated = true;
    this.#sender.disconnected();
    this.#tell({ connection: 'outdated' });
  }

  /** What may go wrong at any time is a state, not an error; everything else is told to whoever watches errors. */
  #noteTrouble(error: unknown): void {
    if (error instanceof SessionEnded) this.#connection.drop();
    else if (isQuotaError(error)) this.#tell({ full: { what: 'copy', evicted: this.#state.full?.evicted ?? 0 } });
    else if (!(error instanceof Unreachable || error instanceof Refused)) reportError(error);
  }

  #tell(change: Partial<SyncState>): void {
    this.#state = { ...this.#state, ...change };
    this.#bus.send({ t: 'status', status: this.#state });
  }
}
