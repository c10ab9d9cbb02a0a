import type { Actor } from '#kernel/commands.ts';
import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import type { Refusal } from '#kernel/refusals.ts';
import { OutboxFull, type ChannelView, type Replica, type SearchAnswer } from '../api.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { OutboxRow, Still } from '../database/rows.ts';
import type { Answer, Ask, Bus, BusMessage } from '../device/bus.ts';
import { isQuotaError } from '../database/quota.ts';
import { askForBackgroundSync } from '../device/background-sync.ts';
import type { UpdateState } from '../update/updates.svelte.ts';
import { afterPaint } from './after-paint.ts';
import { Asking } from './asking.ts';
import { listenToBrowser } from './browser.ts';
import { ChannelWindow } from './channel-view.svelte.ts';
import { Drafts } from './drafts.ts';
import { isLeaving, oncePerFrame, painted } from './frame.ts';
import type { Host, OpenView } from './host.ts';
import type { Newest } from './newest.ts';
import { OutboxRows } from './outbox-rows.ts';
import type { OutboxChanges } from './outbox-changes.ts';
import { PageOutbox } from './outbox.svelte.ts';
import { PagePlaces } from './places.svelte.ts';
import { PageRules } from './rules.svelte.ts';
import type { Ruling } from './ruling.ts';
import { PageStorage } from './storage.svelte.ts';
import { PageSync } from './sync-status.svelte.ts';
import { TabPresence } from './presence.ts';
import { Typing } from './typing.svelte.ts';
import { WorkerClient } from './worker-client.ts';

export interface PageReplicaOptions {
  account: { id: string; name: string; device: string; picture?: string };
  device: DeviceDatabase;
  bus: Bus;
  update: UpdateState;
  /** What the device holds at the start. */
  places: Places | null;
  rows: OutboxRow[];
  marks: ReadonlyMap<string, number>;
  /** The end of the channel that is shown first. */
  first: { channel: string; newest: Newest } | null;
  onStopped(erase: boolean): Promise<void>;
}

/** How long the first paint may take before what waits for it starts anyway: from the device, and over the network. Milliseconds. */
const FROM_DEVICE = 2_000;
const FROM_NETWORK = 10_000;

/** A page that shows a view has opened it by then, in milliseconds. */
const VIEW_OPENS = 250;

/** A view has read from the device what it was told of by then, in milliseconds. */
const VIEW_READS = 250;

/** What was written to the device, as another end of the bus tells it. */
const WRITTEN: ReadonlySet<BusMessage['t']> = new Set([
  'changed',
  'erased',
  'evicted',
  'reset',
  'places',
  'outbox',
  'marks',
]);

/** One page's replica: paints from the device, writes to the outbox, and follows what the leader tells. */
export class PageReplica implements Replica, Host {
  readonly account: { id: string; name: string };
  readonly actor: Actor;
  readonly device: DeviceDatabase;
  readonly sync: PageSync;
  readonly outbox: PageOutbox;
  readonly storage: PageStorage;
  readonly update: UpdateState;

  readonly #session: string;
  readonly #bus: Bus;
  readonly #places: PagePlaces;
  readonly #rules: PageRules;
  readonly #asking: Asking;
  readonly #drafts: Drafts;
  readonly #rows = new OutboxRows();
  #rowsShown = $state.raw<readonly OutboxRow[]>([]);
  readonly #typing = new Typing();
  readonly #presence: TabPresence;
  readonly #views = new Set<OpenView>();
  readonly #onStopped: PageReplicaOptions['onStopped'];
  readonly #listeners = new AbortController();
  #tellPainted = (): void => undefined;
  readonly painted = new Promise<void>((resolve) => (this.#tellPainted = resolve));
  #first: PageReplicaOptions['first'];
  #worker: WorkerClient | null = null;
  readonly #heardOfWrites = new Set<() => void>();
  #waitingForPaint: ReturnType<typeof afterPaint> | null = null;
  #stopped = false;
  /** Nobody was looking when the places were told that are read next. */
  #hidden = false;
  #outboxTurn: Promise<void> = Promise.resolve();
  readonly #readOutboxSoon = oncePerFrame(() => void this.#readOutbox());
  readonly #readPlacesSoon = oncePerFrame(() => void this.#readPlaces());

  constructor({ account, device, bus, update, places, rows, marks, first, onStopped }: PageReplicaOptions) {
    this.account = { id: account.id, name: account.name };
    this.actor = { user: account.id, name: account.name, operator: places?.user.operator ?? false, system: false };
    this.#session = account.device;
    this.device = device;
    this.#bus = bus;
    this.update = update;
    this.#onStopped = onStopped;
    this.#first = first;
    this.sync = new PageSync(() => bus.send({ t: 'try' }));
    const ruled = { actor: this.actor, places: () => this.places, rows: () => this.rows, views: this.#views };
    this.#rules = new PageRules(ruled, () => this.#refreshViews());
    this.#places = new PagePlaces({
      device,
      bus,
      places,
      marks,
      predict: (known) => this.ruling?.predict(known) ?? known,
    });
    this.outbox = new PageOutbox({
      placeName: (row) => this.#placeName(row),
      changes: () => this.#outboxChanges(),
    });
    this.storage = new PageStorage(this);
    this.#asking = new Asking(bus);
    this.#drafts = new Drafts(device, bus);
    this.#presence = new TabPresence(bus, () => [...this.#views].map(({ chain }) => chain));
    this.#rows.reading()(rows);
    this.#showRows();
    bus.listen((message) => this.#hear(message));
    this.#listenToBrowser();
    // A leader that was there before us says how things stand.
    bus.send({ t: 'hello' });
    // With something waiting the overlay is part of the first paint; otherwise nothing of it needs the rules.
    if (rows.length > 0) void this.#rules.load();
  }

  get places(): Places | null {
    return this.#places.shown;
  }

  get confirmedPlaces(): Places | null {
    return this.#places.confirmed;
  }

  get ruling(): Ruling | null {
    return this.#rules.loaded?.ruling ?? null;
  }

  get rows(): readonly OutboxRow[] {
    return this.#rowsShown;
  }

  get reachable(): boolean {
    return this.sync.connection === 'online' || this.sync.connection === 'connecting';
  }

  community(slugOrId: string): CommunityPlace | undefined {
    return this.#places.community(slugOrId);
  }

  placeOf(channel: string): { community: CommunityPlace; channel: ChannelPlace } | undefined {
    return this.#places.placeOf(channel);
  }

  openChannel(channel: string, at: { no: number } | 'unread' | 'end' = 'unread'): ChannelView {
    const kept = this.#first?.channel === channel ? this.#first.newest : null;
    this.#first = null;
    return this.open((host) => new ChannelWindow(host, channel, at, kept));
  }

  async submit(
    name: string,
    args: Record<string, unknown>,
    options: { after?: string[] } = {},
  ): Promise<{ id: string }> {
    const draft = { account: this.account.id, device: this.#session, name, args, after: options.after, place: '' };
    // In the same turn: the field is emptied and the message stands in the list with one drawing.
    const { ruling, keepRow } = this.#rules.loaded ?? (await this.#rules.load());
    const row = ruling.makeRow(draft);
    row.place = this.#placeName(row);
    // On the screen at once; whoever wrote it keeps the words until they are on the disk as well (O1). So the disk may wait for the paint.
    this.#rows.add(row);
    this.#showRows();
    await painted();
    this.device.hurried = isLeaving();
    try {
      await keepRow(this.device, row, (evicted) => this.#bus.send({ t: 'evicted', evicted }));
    } catch (error) {
      this.#rows.forget(row.id);
      this.#showRows();
      if (error instanceof OutboxFull) this.sync.noteOutboxFull(true);
      throw error;
    }
    this.sync.noteOutboxFull(false);
    this.#rows.arrived(row.id);
    await this.#outboxChanged();
    void askForBackgroundSync(this.account.id);
    return { id: row.id };
  }

  judge(name: string, args: Record<string, unknown>): Refusal | undefined {
    return this.ruling?.judge(name, args);
  }

  draft(channel: string): Promise<string> {
    return this.#drafts.read(channel);
  }

  saveDraft(channel: string, text: string): void {
    this.#drafts.save(channel, text);
  }

  hearDrafts(hear: (channel: string, text: string) => void): () => void {
    return this.#drafts.listen(hear);
  }

  onWritten(hear: () => void): () => void {
    this.#heardOfWrites.add(hear);
    return () => this.#heardOfWrites.delete(hear);
  }

  async keepStill(path: string, draw: () => Promise<Still | null>): Promise<void> {
    const { keepStill } = await import('../still/keep-still.ts');
    try {
      if (!this.#stopped) await keepStill(this.device, path, draw);
    } catch (error) {
      // It only makes the next start quicker: a full device goes without, and a page that ended meanwhile keeps nothing.
      if (!isQuotaError(error) && !this.#stopped) throw error;
    }
  }

  search(
    query: string,
    options: { community?: string; channel?: string; limit?: number; signal?: AbortSignal } = {},
  ): Promise<SearchAnswer> {
    const { signal, ...rest } = options;
    return this.#startWorker().search(query, rest, signal);
  }

  readonly typing = (channel: string): { user: string; name: string }[] => this.#typing.in(channel);

  sendTyping(channel: string): void {
    if (this.#typing.shouldTell(channel)) this.#bus.send({ t: 'sendTyping', channel });
  }

  ask(ask: Ask): Promise<Answer> {
    return this.#asking.ask(ask);
  }

  mark(channel: string, read: number): void {
    this.#places.mark(channel, read);
  }

  closed(view: OpenView): void {
    this.#views.delete(view);
    this.#presence.tell();
  }

  shown(): void {
    this.#waitingForPaint?.painted();
  }

  missing(): void {
    if (!this.#stopped) this.#startWorker();
  }

  /** Starts what is not needed to paint when a view has painted; where none is open, as soon as the page has. */
  startAfterPaint(): void {
    this.#waitingForPaint = afterPaint(() => this.start(), FROM_DEVICE);
    this.#shownWithoutView();
  }

  #shownWithoutView(): void {
    setTimeout(() => {
      if (this.#views.size === 0) this.shown();
    }, VIEW_OPENS);
  }

  /** Starts this page's worker: Yjs, the socket and the search live there, and none of it is needed to paint. */
  start(): void {
    if (this.#stopped) return;
    this.#startWorker();
    if (this.confirmedPlaces) this.#getReadyToWrite();
    // The first time on this device everything comes over the network: what is to be read goes first.
    else this.#waitingForPaint = afterPaint(() => this.#getReadyToWrite(), FROM_NETWORK);
  }

  /** What the first word would wait for. */
  #getReadyToWrite(): void {
    this.#tellPainted();
    if (this.#stopped) return;
    void this.#rules.load();
  }

  async stop({ erase = false }: { erase?: boolean } = {}): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    if (!erase) await this.#drafts.flush();
    if (erase) this.#bus.send({ t: 'stop' });
    this.#listeners.abort();
    this.#presence.stop();
    this.#asking.stop();
    this.#typing.stop();
    this.#worker?.stop();
    this.#bus.close();
    this.device.close();
    await this.#onStopped(erase);
  }

  open<V extends OpenView>(make: (host: Host) => V): V {
    const view = make(this);
    this.#views.add(view);
    this.#presence.tell();
    return view;
  }

  #startWorker(): WorkerClient {
    if (!this.#worker) {
      this.#worker = new WorkerClient(this.account.id);
      this.#worker.setVisible(document.visibilityState === 'visible');
      this.#presence.tell();
    }
    return this.#worker;
  }

  #placeName(row: Pick<OutboxRow, 'channel' | 'community' | 'place'>): string {
    return this.#places.nameOf(row) ?? row.place;
  }

  async #outboxChanges(): Promise<OutboxChanges> {
    const { ruling, OutboxChanges } = await this.#rules.load();
    return new OutboxChanges({
      device: this.device,
      submit: (name, args, options) => this.submit(name, args, options),
      withText: (row, text) => ruling.withText(row, text),
      changed: () => this.#outboxChanged(),
    });
  }

  async #outboxChanged(): Promise<void> {
    await this.#readOutbox();
    this.#bus.send({ t: 'outbox' });
    this.#tellWritten();
  }

  /** One reading after the other: what an earlier one found must not take the place of what a later one did. */
  #readOutbox(): Promise<void> {
    const read = this.#outboxTurn.then(() => this.#readOutboxNow());
    // The caller gets the error.
    this.#outboxTurn = read.catch(() => undefined);
    return read;
  }

  async #readOutboxNow(): Promise<void> {
    if (this.#stopped) return;
    const take = this.#rows.reading();
    const stored = await this.device.outbox.getAll();
    // What left the outbox has come with what the views were told of before: until they have read it, it would vanish.
    if (this.#rows.misses(stored)) {
      const caughtUp = Promise.all([...this.#views].map((view) => view.caughtUp()));
      // A view may be waiting for the network.
      await Promise.race([caughtUp, new Promise((resolve) => setTimeout(resolve, VIEW_READS))]);
    }
    take(stored);
    this.#showRows();
    if (this.rows.length > 0) await this.#rules.load();
  }

  /** Counted and listed is what is on the disk; a message shows before that. */
  #showRows(): void {
    const { kept, shown } = this.#rows;
    if (this.outbox.rows !== kept) {
      this.outbox.rows = kept;
      this.sync.countOutbox(kept);
    }
    const same = shown.length === this.rows.length && shown.every((row, index) => row === this.rows[index]);
    if (same) return;
    this.#rowsShown = shown;
    this.#refreshViews();
  }

  async #readPlaces(): Promise<void> {
    if (this.#stopped) return;
    const hidden = this.#hidden;
    this.#hidden = false;
    const before = this.confirmedPlaces;
    const returned = await this.#places.read();
    if (!before && this.confirmedPlaces) this.#shownWithoutView();
    this.actor.operator = this.confirmedPlaces?.user.operator ?? false;
    if (returned || hidden) for (const view of this.#views) view.missed?.();
    this.#refreshViews();
  }

  #refreshViews(): void {
    for (const view of this.#views) view.refresh();
  }

  #tellWritten(): void {
    for (const hear of this.#heardOfWrites) hear();
  }

  #hear(message: BusMessage): void {
    if (WRITTEN.has(message.t)) this.#tellWritten();
    switch (message.t) {
      case 'changed':
      case 'erased':
        this.#first = null;
        for (const view of this.#views) if (view.chain === message.chain) view.hear(message);
        return;
      case 'evicted':
      case 'reset':
        this.#first = null;
        for (const view of this.#views) view.hear(message);
        return;
      case 'places':
        this.#hidden ||= document.visibilityState === 'hidden';
        return this.#readPlacesSoon();
      case 'outbox':
        return this.#readOutboxSoon();
      case 'marks':
        return this.#places.hearMarks(message.marks);
      case 'status': {
        const before = this.reachable;
        this.sync.hear(message.status);
        if (before !== this.reachable) this.#refreshViews();
        return;
      }
      case 'hello':
        this.#presence.tell();
        return this.#asking.repeat();
      case 'typing':
        return this.#typing.hear(message.channel, message.user, message.name);
      case 'stop':
        // Another tab erases this account from the device.
        void this.stop();
    }
  }

  #listenToBrowser(): void {
    const events = {
      maybeOnline: (): void => this.#bus.send({ t: 'try' }),
      offline: (): void => this.#bus.send({ t: 'offline' }),
      visible: (visible: boolean): void => {
        this.#worker?.setVisible(visible);
        this.#presence.tell();
      },
      leaving: (): void => void this.#drafts.flush(),
    };
    listenToBrowser(events, this.#listeners.signal);
  }
}
