import type { Actor } from '#kernel/commands.ts';
import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import { OutboxFull, type ChannelView, type MembersView, type Replica, type SearchAnswer } from '../api.ts';
import type { NewOutboxRow } from '../database/database.ts';
import type { Device } from '../database/device.ts';
import { isQuotaError } from '../database/quota.ts';
import type { Evicted } from '../database/room.ts';
import type { OutboxRow } from '../database/rows.ts';
import type { Answer, Ask, Bus, BusMessage } from '../device/bus.ts';
import { askForBackgroundSync } from '../device/background-sync.ts';
import { effectOf, makeRow } from '../outbox/make-row.ts';
import { judge } from '../overlay/judge.ts';
import type { Ground } from '../overlay/overlay-records.ts';
import { PlacesGround, predictPlaces } from '../overlay/places-ground.ts';
import { definitionOf, predict } from '../overlay/predict.ts';
import { loadRules } from '../rules.ts';
import type { UpdateState } from '../update/updates.svelte.ts';
import { afterPaint } from './after-paint.ts';
import { Asking } from './asking.ts';
import { ChannelWindow } from './channel-view.svelte.ts';
import { Drafts } from './drafts.ts';
import { oncePerFrame } from './frame.ts';
import type { Host, OpenView } from './host.ts';
import { MembersWindow } from './members-view.svelte.ts';
import { PageOutbox } from './outbox.svelte.ts';
import { PageStorage } from './storage.svelte.ts';
import { PageSync } from './sync-status.svelte.ts';
import { TabPresence } from './presence.ts';
import { Typing } from './typing.svelte.ts';
import { WorkerClient } from './worker-client.ts';

export interface PageReplicaOptions {
  account: { id: string; name: string; device: string; picture?: string };
  device: Device;
  bus: Bus;
  update: UpdateState;
  /** What the device holds at the start. */
  places: Places | null;
  rows: OutboxRow[];
  marks: ReadonlyMap<string, number>;
  onStopped(erase: boolean): Promise<void>;
}

/** A page that shows a view has opened it by then, in milliseconds. */
const VIEW_OPENS = 250;

/** One page's replica: paints from the device, writes to the outbox, and follows what the leader tells. */
export class PageReplica implements Replica, Host {
  readonly account: { id: string; name: string };
  readonly actor: Actor;
  readonly device: Device;
  readonly sync: PageSync;
  readonly outbox: PageOutbox;
  readonly storage: PageStorage;
  readonly update: UpdateState;
  registry = $state.raw<Registry | null>(null);
  #confirmed = $state.raw<Places | null>(null);
  #marks = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly #predicted = $derived.by(() => this.#predictPlaces());

  readonly #session: string;
  readonly #bus: Bus;
  readonly #asking: Asking;
  readonly #drafts: Drafts;
  readonly #typing = new Typing();
  readonly #presence: TabPresence;
  readonly #views = new Set<OpenView>();
  readonly #onStopped: PageReplicaOptions['onStopped'];
  readonly #listeners = new AbortController();
  #worker: WorkerClient | null = null;
  #waitingForPaint: ReturnType<typeof afterPaint> | null = null;
  #stopped = false;
  /** Rows on their way to the disk. */
  #adding: readonly OutboxRow[] = [];
  #rowsLook = '';
  readonly #readOutboxSoon = oncePerFrame(() => void this.#readOutbox());
  readonly #readPlacesSoon = oncePerFrame(() => void this.#readPlaces());

  constructor({ account, device, bus, update, places, rows, marks, onStopped }: PageReplicaOptions) {
    this.account = { id: account.id, name: account.name };
    this.actor = { user: account.id, name: account.name, operator: places?.user.operator ?? false, system: false };
    this.#session = account.device;
    this.device = device;
    this.#bus = bus;
    this.update = update;
    this.#onStopped = onStopped;
    this.#confirmed = places;
    this.#marks = marks;
    this.sync = new PageSync(() => bus.send({ t: 'try' }));
    this.outbox = new PageOutbox({
      write: () => device.write(),
      submit: (name, args, options) => this.submit(name, args, options),
      withText: (row, text) => this.#withText(row, text),
      placeName: (row) => this.#placeName(row),
      changed: () => this.#outboxChanged(),
    });
    this.storage = new PageStorage(this);
    this.#asking = new Asking(bus);
    this.#drafts = new Drafts(device, bus);
    this.#presence = new TabPresence(bus, () => [...this.#views].map(({ chain }) => chain));
    this.#showRows(rows);
    bus.listen((message) => this.#hear(message));
    this.#listenToPage();
    // A leader that was there before us says how things stand.
    bus.send({ t: 'hello' });
    // With something waiting the overlay is part of the first paint; otherwise nothing of it needs the rules.
    if (rows.length > 0) void this.#loadRules();
  }

  get places(): Places | null {
    return this.#predicted;
  }

  get confirmedPlaces(): Places | null {
    return this.#confirmed;
  }

  get rows(): readonly OutboxRow[] {
    return this.outbox.rows;
  }

  get reachable(): boolean {
    return this.sync.connection === 'online' || this.sync.connection === 'connecting';
  }

  community(slugOrId: string): CommunityPlace | undefined {
    return this.places?.communities.find(({ id, slug }) => id === slugOrId || slug === slugOrId);
  }

  placeOf(channel: string): { community: CommunityPlace; channel: ChannelPlace } | undefined {
    for (const community of this.places?.communities ?? []) {
      const found = community.channels.find(({ id }) => id === channel);
      if (found) return { community, channel: found };
    }
    return undefined;
  }

  openChannel(channel: string, at: { no: number } | 'unread' | 'end' = 'unread'): ChannelView {
    return this.#open(new ChannelWindow(this, channel, at));
  }

  openMembers(community: string): MembersView {
    return this.#open(new MembersWindow(this, community));
  }

  async submit(
    name: string,
    args: Record<string, unknown>,
    options: { after?: string[] } = {},
  ): Promise<{ id: string }> {
    const registry = await this.#loadRules();
    const draft = { account: this.account.id, device: this.#session, name, args, after: options.after, place: '' };
    const row = makeRow(registry, draft, this.rows, Date.now());
    row.place = this.#placeName(row);
    Object.assign(row, effectOf(this.#touchedBy(registry, row as OutboxRow), row, this.account.id));
    Object.assign(row, this.#about(row));
    // On the screen at once, waiting; whoever wrote it keeps the words until they are on the disk as well (O1).
    this.#adding = [...this.#adding, { ...row, order: Number.MAX_SAFE_INTEGER }];
    this.#showRows(this.rows);
    try {
      const [db, { withRoom }] = await Promise.all([this.device.write(), import('../database/room.ts')]);
      const onEvicted = (evicted: Evicted[]): void => this.#bus.send({ t: 'evicted', evicted });
      await withRoom(db, { onEvicted }, () => db.outbox.add(row));
    } catch (error) {
      this.#forgetAdding(row.id);
      this.#showRows(this.rows.filter(({ id }) => id !== row.id));
      if (!isQuotaError(error)) throw error;
      this.sync.noteOutboxFull(true);
      throw new OutboxFull('this device has no room left', { cause: error });
    }
    this.sync.noteOutboxFull(false);
    this.#forgetAdding(row.id);
    await this.#outboxChanged();
    void askForBackgroundSync(this.account.id);
    return { id: row.id };
  }

  judge(name: string, args: Record<string, unknown>): Refusal | undefined {
    const places = this.places;
    if (!this.registry || !places) return undefined;
    return judge(this.registry, places, this.#shown(), this.actor, name, args);
  }

  draft(channel: string): Promise<string> {
    return this.#drafts.read(channel);
  }

  saveDraft(channel: string, text: string): void {
    this.#drafts.save(channel, text);
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
    const known = Math.max(this.#marks.get(channel) ?? 0, this.placeOf(channel)?.channel.read ?? 0);
    if (read <= known) return;
    this.#marks = new Map(this.#marks).set(channel, read);
    void this.#keepMark(channel, read);
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
    this.#waitingForPaint = afterPaint(() => this.start());
    setTimeout(() => {
      if (this.#views.size === 0) this.shown();
    }, VIEW_OPENS);
  }

  /** Starts this page's worker: Yjs, the socket and the search live there, and none of it is needed to paint. */
  start(): void {
    if (this.#stopped) return;
    this.#startWorker();
    if (this.#confirmed) this.#getReadyToWrite();
    // The first time on this device everything comes over the network: what is to be read goes first.
    else this.#waitingForPaint = afterPaint(() => this.#getReadyToWrite());
  }

  /** What the first word would wait for. */
  #getReadyToWrite(): void {
    if (this.#stopped) return;
    void this.#loadRules();
    void this.device.write();
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

  #open<V extends OpenView>(view: V): V {
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

  async #loadRules(): Promise<Registry> {
    const registry = await loadRules();
    if (!this.registry) {
      this.registry = registry;
      this.#refreshViews();
    }
    return registry;
  }

  #predictPlaces(): Places | null {
    if (!this.#confirmed) return null;
    const places = withMarks(this.#confirmed, this.#marks);
    const rows = this.outbox.rows.filter(({ seenIn, state }) => seenIn === 'places' && state !== 'refused');
    if (!this.registry || rows.length === 0) return places;
    return predictPlaces(places, predict(rows, this.registry, new PlacesGround(places), this.actor).records);
  }

  /** Records on this page's screens, for rules about one of them. */
  #shown(): Ground {
    return {
      get: (kind, owner, id) => {
        for (const view of this.#views) {
          const record = view.record(kind, owner, id);
          if (record) return record;
        }
        return undefined;
      },
      all: () => [],
    };
  }

  #touchedBy(registry: Registry, row: OutboxRow): ReturnType<typeof predict>['commands'][number]['touched'] {
    const places = this.places;
    if (!places) return [];
    const waiting = this.rows.filter((other) => other.channel === row.channel && other.state !== 'refused');
    const { commands } = predict([...waiting, row], registry, new PlacesGround(places, this.#shown()), this.actor);
    return commands.at(-1)?.touched ?? [];
  }

  /** Which record of a chain it changes, so that one can tell when the change has come back. */
  #about({ envelope, seenIn }: NewOutboxRow): { about?: number } {
    for (const view of this.#views) {
      if (view.chain !== seenIn) continue;
      const [, owner = ''] = view.chain.split('/');
      for (const value of Object.values(envelope.args)) {
        if (typeof value !== 'string' || value === owner) continue;
        const no = (view.record('message', owner, value) ?? view.record('member', owner, value))?.no;
        if (no !== undefined) return { about: no };
      }
    }
    return {};
  }

  #withText(row: OutboxRow, text: string): Record<string, unknown> | undefined {
    const definition = this.registry ? definitionOf(this.registry, row.envelope.name) : undefined;
    const field = Object.entries(row.envelope.args).find(([, value]) => row.text !== null && value === row.text)?.[0];
    if (!definition || field === undefined) return undefined;
    return definition.args.parse({ ...row.envelope.args, [field]: text }) as Record<string, unknown>;
  }

  #placeName(row: Pick<OutboxRow, 'channel' | 'community' | 'place'>): string {
    const channel = row.channel ? this.placeOf(row.channel)?.channel.name : undefined;
    const community = this.places?.communities.find(({ id }) => id === row.community)?.name;
    return channel ?? community ?? row.place;
  }

  async #outboxChanged(): Promise<void> {
    await this.#readOutbox();
    this.#bus.send({ t: 'outbox' });
  }

  async #readOutbox(): Promise<void> {
    if (this.#stopped) return;
    this.#showRows(await this.device.read.getAll('outbox'));
    if (this.rows.length > 0) await this.#loadRules();
  }

  #forgetAdding(id: string): void {
    this.#adding = this.#adding.filter((row) => row.id !== id);
  }

  /** @param stored what is on the disk; what is on its way there comes after it */
  #showRows(stored: readonly OutboxRow[]): void {
    const known = new Set(stored.map(({ id }) => id));
    const rows = [...stored, ...this.#adding.filter(({ id }) => !known.has(id))];
    // Reading again what is shown already must not draw everything again.
    const look = JSON.stringify(
      rows.map(({ order: _order, envelope, ...row }) => [row, envelope.args, envelope.device]),
    );
    if (look === this.#rowsLook) return;
    this.#rowsLook = look;
    this.outbox.rows = rows;
    this.sync.waiting = rows.filter(({ state }) => state === 'waiting' || state === 'sent').length;
    this.sync.refused = rows.filter(({ state }) => state === 'refused').length;
    this.#refreshViews();
  }

  async #readPlaces(): Promise<void> {
    if (this.#stopped) return;
    const [row, marks] = await Promise.all([
      this.device.read.get('places', 'places'),
      this.device.read.getAll('marks'),
    ]);
    this.#confirmed = row?.places ?? null;
    this.#marks = new Map(marks.map(({ channel, read }) => [channel, Math.max(read, this.#marks.get(channel) ?? 0)]));
    this.actor.operator = row?.places.user.operator ?? false;
    this.#refreshViews();
  }

  async #keepMark(channel: string, read: number): Promise<void> {
    const db = await this.device.write();
    await db.transaction('rw', db.marks, async () => {
      const before = await db.marks.get(channel);
      if (!before || before.read < read) await db.marks.put({ channel, read });
    });
    this.#bus.send({ t: 'marks', marks: [[channel, read]] });
  }

  #refreshViews(): void {
    for (const view of this.#views) view.refresh();
  }

  #hear(message: BusMessage): void {
    switch (message.t) {
      case 'changed':
      case 'erased':
        for (const view of this.#views) if (view.chain === message.chain) view.hear(message);
        return;
      case 'evicted':
      case 'reset':
        for (const view of this.#views) view.hear(message);
        return;
      case 'places':
        return this.#readPlacesSoon();
      case 'outbox':
        return this.#readOutboxSoon();
      case 'marks':
        this.#marks = new Map([
          ...this.#marks,
          ...message.marks.map(([channel, read]) => [channel, Math.max(read, this.#marks.get(channel) ?? 0)] as const),
        ]);
        return;
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

  #listenToPage(): void {
    const { signal } = this.#listeners;
    const attempt = (): void => this.#bus.send({ t: 'try' });
    window.addEventListener('online', attempt, { signal });
    window.addEventListener('offline', () => this.#bus.send({ t: 'offline' }), { signal });
    window.addEventListener('focus', attempt, { signal });
    window.addEventListener('pagehide', () => void this.#drafts.flush(), { signal });
    document.addEventListener(
      'visibilitychange',
      () => {
        const visible = document.visibilityState === 'visible';
        this.#worker?.setVisible(visible);
        this.#presence.tell();
        if (visible) attempt();
        else void this.#drafts.flush();
      },
      { signal },
    );
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
