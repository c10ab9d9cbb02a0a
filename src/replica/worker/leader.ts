import { COMMAND_VERSION } from '#kernel/limits.ts';
import { SEGMENT } from '#kernel/records.ts';
import type { Places, PlacesPatch } from '#kernel/places.ts';
import type { ServerMessage } from '#kernel/wire.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { isQuotaError } from '../database/quota.ts';
import type { Evicted } from '../database/room.ts';
import type { ChainName } from '../database/rows.ts';
import type { Bus, BusMessage, SyncState } from '../device/bus.ts';
import { Answering } from './tabs/answering.ts';
import { Attachments } from './socket/attachments.ts';
import { Connection, type ConnectionState } from './socket/connection.ts';
import { Documents, splitName } from './documents/documents.ts';
import type { Leading } from './tabs/election.ts';
import { Refused, request, SessionEnded, Unreachable } from './http.ts';
import { Following } from './socket/following.ts';
import { Interests } from './tabs/interests.ts';
import { KeepingUp } from './catch-up/keeping-up.ts';
import { Marks } from './marks.ts';
import { PlacesKeeper } from './places-keeper.ts';
import { rebuildViews } from './documents/rebuild-views.ts';
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
  readonly #following: Following;
  readonly #keepingUp: KeepingUp;
  readonly #answering: Answering;
  readonly #off: () => void;
  readonly #stopping = new AbortController();
  #state: SyncState = { connection: 'connecting', since: null, left: 0, trouble: null, full: null };
  #online = false;
  /** Sockets do not get through here, requests do. */
  #byRequests = false;
  #outdated = false;
  #turn: Promise<void> = Promise.resolve();
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
      update: (document, update, first) => this.#inTurn(() => this.#following.update(document, update, first)),
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
          if (this.#awaited.size > 0) this.#keepingUp.start();
        });
      },
    });
    this.#marks = new Marks(db, this.#connection, () => this.#places.current);
    const shared = {
      db,
      documents: this.#documents,
      places: this.#places,
      attachments: this.#attachments,
      isOnline: () => this.#online,
    };
    this.#following = new Following({ ...shared, connection: this.#connection, interests: this.#interests });
    this.#keepingUp = new KeepingUp({
      ...shared,
      interests: this.#interests,
      signal: this.#stopping.signal,
      isFull: () => this.#state.full !== null,
      awaited: () => this.#awaited,
      onCurrent: () => this.#settleSeen(),
      onLeft: (left) => this.#tell({ left }),
      onTrouble: (error) => this.#noteTrouble(error),
    });
    this.#answering = new Answering({
      ...shared,
      keepingUp: this.#keepingUp,
      onPolicy: (evicted) => {
        this.#noteEvicted(evicted, false);
        this.#tell({ full: null });
        this.#keepingUp.start();
      },
    });
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
        await this.#places.replace(message.places, true);
        if (!this.#outdated) this.#sender.connected(message);
        this.#marks.restart();
        await this.#following.match();
        this.#keepingUp.start();
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
      await this.#following.reach(`channel/${channel}`, before.get(`channel/${channel}`) ?? 0, pos, segments);
    await this.#following.match();
    this.#documents.schedule();
    await this.#settleSeen();
    this.#keepingUp.start();
  }

  async #denied(name: string): Promise<void> {
    this.#attachments.release(name);
    await this.#places.replace((await (await request('/api/places')).json()) as Places);
  }

  /** Sockets do not get through: what can be done by requests is done by requests. */
  async #withoutSocket(places: Places): Promise<void> {
    const anew = !this.#byRequests;
    this.#online = true;
    this.#byRequests = true;
    await this.#places.replace(places, anew);
    this.#sender.post();
    await this.#marks.post();
    this.#keepingUp.start();
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
          await this.#following.match();
          if (message.chains.some((chain) => chain.startsWith('members/'))) this.#keepingUp.start();
        });
      case 'bye':
        this.#interests.remove(message.tab);
        return this.#inTurn(() => this.#following.match());
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
        this.#answering.answer(message.ask).then(
          (answer) => this.#bus.send({ t: 'answer', id: message.id, answer }),
          (error: unknown) => {
            this.#noteTrouble(error);
            this.#bus.send({ t: 'answer', id: message.id, answer: { ok: false } });
          },
        );
    }
  }

  #noteEvicted(evicted: Evicted[], full = true): void {
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
      this.#places.lost();
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
