import type pg from 'pg';
import type { Logger } from 'pino';
import type { ReadRecords } from '#kernel/records.ts';
import { refuse, type Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Receipt } from '#kernel/wire.ts';
import { Aside } from './aside.ts';
import { commit, type Written } from './commit.ts';
import { FENCED, HalfTaken, isOurFault, isRefusedData, sqlState, UNIQUE } from './failures.ts';
import type { Committed, Job, Publisher } from './job.ts';
import { Loader } from './loader.ts';
import { Missing, type Wanted } from './missing.ts';
import { Outcomes } from './outcomes.ts';
import type { Partition } from './partition.ts';
import { PartitionRecords, StagedRecords } from './staged-records.ts';
import { AuthorStore } from './store.ts';
import { Tick, type RowChange } from './tick.ts';
import { WritingConnection } from './writing-connection.ts';

export interface AuthorDependencies {
  registry: Registry;
  /** For loading; the author commits on a connection of its own. */
  pool: pg.Pool;
  connect(): Promise<pg.Client>;
  log: Logger;
}

/** Commands in one commit: bounds its latency, and how much is replayed when one of them is refused by the database. */
const MAX_TICK = 1000;
/** Commands waiting for a commit before more are asked to come back. */
const MAX_INBOX = 20_000;
/** Milliseconds an unused document or partition stays in memory. */
const IDLE = 60_000;
/** Milliseconds the database may take for a commit before people are told that it does not answer. */
const SILENCE = 3_000;

/**
 * The one writer. Commands collect while a commit runs; then one Yjs transaction per document and one SQL statement for
 * all of them. Nobody sees anything before it is durable (C2, A2).
 */
export class Author {
  readonly outcomes: Outcomes;
  private readonly deps: AuthorDependencies;
  private readonly store: AuthorStore;
  private readonly loader: Loader;
  private readonly connection: WritingConnection;
  private inbox: Job[] = [];
  private readonly aside: Aside;
  /** Every job without an answer yet, by its command's id. */
  private readonly waiting = new Map<string, Job>();
  private recalled: [account: string, id: string][] = [];
  private recalling: Promise<unknown> | null = null;
  private pumping: Promise<void> | null = null;
  private closing = false;
  private readonly sweeper: NodeJS.Timeout;
  private readonly committedListeners = new Set<(committed: Committed) => void>();
  private readonly publishingListeners = new Set<(rows: readonly RowChange[]) => void>();
  private readonly answeredListeners = new Set<() => void>();
  private readonly troubleListeners = new Set<(troubled: boolean) => void>();
  private troubled = false;
  private publisher: Publisher | null = null;
  /** Documents a commit may have changed without anyone having been told. */
  private readonly unclear = new Set<string>();

  constructor(deps: AuthorDependencies) {
    this.deps = deps;
    this.outcomes = new Outcomes();
    this.store = new AuthorStore(deps.registry);
    this.loader = new Loader(this.store, deps.pool);
    this.connection = new WritingConnection(deps.connect, deps.log);
    this.aside = new Aside({
      load: (job, wanted) =>
        wanted.what === 'partition' ? this.loader.lease(job.partition) : this.prefetch(job, wanted),
      takeFromInbox: (order) => this.takeFromInbox(order),
      release: (jobs) => this.enqueue(jobs, true),
      fail: (jobs, error, wanted) => {
        deps.log.warn({ err: error, wanted }, 'loading failed; the commands behind it are asked to come back');
        for (const job of jobs) this.failLoad(job);
        this.announceAnswers();
      },
    });
    this.sweeper = setInterval(() => this.sweep(), IDLE / 2).unref();
  }

  onCommitted(listener: (committed: Committed) => void): void {
    this.committedListeners.add(listener);
  }

  /** Where committed updates go. */
  onPublish(publisher: Publisher): void {
    this.publisher = publisher;
  }

  /**
   * Runs right before a commit's updates go out; its answers follow in the same turn. What its facts take away is taken away
   * here: its updates may hold what was written after that (A4).
   */
  onPublishing(listener: (rows: readonly RowChange[]) => void): void {
    this.publishingListeners.add(listener);
  }

  /** Runs when a batch of answers was given, so that they can travel together. */
  onAnswered(listener: () => void): void {
    this.answeredListeners.add(listener);
  }

  /** Told when the database cannot be written, and when it can again. */
  onTrouble(listener: (troubled: boolean) => void): void {
    this.troubleListeners.add(listener);
  }

  /** The facts of a partition if they are in memory; reads may throw `Missing`. */
  facts(partition: string): ReadRecords | undefined {
    const found = this.loader.partitions.get(partition);
    if (found) found.usedAt = Date.now();
    return found && new PartitionRecords(found);
  }

  partition(id: string): Partition | undefined {
    return this.loader.partitions.get(id);
  }

  /** How much is in memory, and how many commands wait for a commit. */
  figures(): { partitions: number; documents: number; waiting: number } {
    let documents = 0;
    for (const partition of this.loader.partitions.values()) documents += partition.documents.size;
    return { partitions: this.loader.partitions.size, documents, waiting: this.waiting.size };
  }

  /** Loads what a read missed. */
  load(wanted: Wanted): Promise<void> {
    return this.loader.load(wanted);
  }

  /** Runs a read until everything it needs is in memory. */
  async read<T>(partition: string, look: (records: ReadRecords) => T): Promise<T> {
    for (;;) {
      try {
        const records = this.facts(partition);
        if (!records) throw new Missing({ what: 'partition', partition });
        return look(records);
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        await this.load(error.wanted);
      }
    }
  }

  /** Whether a command was accepted, as far as memory goes back, or is on its way into a commit. */
  knows(account: string, id: string): boolean {
    return this.waiting.get(id)?.envelope.account === account || this.outcomes.findAccepted(account, id) !== undefined;
  }

  /** Whether a command was accepted, by its receipt: for what memory no longer covers. */
  async recall(account: string, id: string): Promise<boolean> {
    this.recalled.push([account, id]);
    // Those of one turn in one query: whoever only wants to be refused does not get a query for each try.
    this.recalling ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      const pairs = this.recalled;
      this.recalled = [];
      this.recalling = null;
      return this.outcomes.ask(this.deps.pool, pairs);
    });
    await this.recalling;
    return this.knows(account, id);
  }

  submit(job: Job): void {
    const { account, id } = job.envelope;
    const running = this.waiting.get(id);
    if (running?.envelope.account === account) {
      running.twins = [...(running.twins ?? []), job];
      if (running.aside) this.aside.followTwin(running, job);
      return;
    }
    if (running || this.inbox.length >= MAX_INBOX || this.closing) {
      return job.answer({
        id,
        ok: false,
        wait: { until: Date.now() + 1000, reason: this.troubled ? 'database' : 'busy' },
      });
    }
    this.waiting.set(id, job);
    if (!this.aside.followNew(job)) this.enqueue([job]);
  }

  /** Waits until everything accepted so far is committed and answered; new commands are asked to come back. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.sweeper);
    while (this.pumping || this.aside.busy) await (this.pumping ?? this.aside.settled());
    await this.connection.drop();
    this.loader.reset();
  }

  private enqueue(jobs: Job[], first = false): void {
    this.inbox = first ? [...jobs, ...this.inbox] : this.inbox;
    if (!first) for (const job of jobs) this.inbox.push(job);
    this.pumping ??= new Promise<void>((resolve) => setImmediate(() => void this.pump().then(resolve)));
  }

  private takeFromInbox(order: string): Job[] {
    const taken = this.inbox.filter((job) => job.order === order);
    if (taken.length > 0) this.inbox = this.inbox.filter((job) => job.order !== order);
    return taken;
  }

  private async pump(): Promise<void> {
    while (this.inbox.length > 0) {
      const size = this.sizeOfBatch();
      const batch = this.inbox.length <= size ? this.inbox : this.inbox.slice(0, size);
      this.inbox = this.inbox.length <= size ? [] : this.inbox.slice(size);
      await this.settle(batch);
      // Sockets are read between two commits, so that the next one carries what has arrived meanwhile.
      await new Promise(setImmediate);
    }
    this.pumping = null;
  }

  /** As many as a commit may contain; suspects only among themselves. */
  private sizeOfBatch(): number {
    const suspects = this.inbox[0]?.suspects;
    const other = this.inbox.findIndex((job) => job.suspects !== suspects);
    return other === -1 ? MAX_TICK : Math.min(other, MAX_TICK);
  }

  /** Brings a batch to its end whatever the database does; only a refusal of the data itself is a refusal. */
  private async settle(jobs: Job[]): Promise<void> {
    for (const job of jobs) job.aside = false;
    // Once anything is awaited, what a job must not overtake may be on its way again (C3).
    let batch = jobs.filter((job) => !this.aside.follow(job));
    if (batch.length === 0) return;
    for (let attempt = 0; ; attempt++) {
      const silence = this.watchSilence();
      try {
        await this.run(batch, await this.forget(batch, attempt > 0));
        this.tellTrouble(false);
        return;
      } catch (error) {
        const code = sqlState(error);
        await this.reset();
        batch = this.dropParked(batch);
        if (isRefusedData(code) || isOurFault(error)) {
          this.isolate(batch, error);
          return;
        }
        this.deps.log.warn(
          { err: error, attempt, commands: batch.length },
          'a commit is unclear; the author starts again from the log',
        );
        if (code !== FENCED) {
          this.tellTrouble(true);
          await pause(Math.min(50 * 2 ** Math.min(attempt, 6), 2000));
        }
        batch = this.dropAnswered(batch);
        if (this.closing) {
          for (const job of batch) this.failLoad(job);
          this.announceAnswers();
        }
        if (batch.length === 0 || this.closing) return;
      } finally {
        clearTimeout(silence);
      }
    }
  }

  /** A database that does not answer is as gone as one that refuses: people are told. */
  private watchSilence(): NodeJS.Timeout {
    return setTimeout(() => this.tellTrouble(true), SILENCE).unref();
  }

  /** Halves a refused batch until the culprit stands alone; the others are committed in their order (C11). */
  private isolate(batch: Job[], error: unknown): void {
    const open = this.dropAnswered(batch);
    const [only] = open;
    // The clock of a device that runs ahead makes an old command look new: its receipt is asked for before it is refused.
    if (open.length === 1 && only?.suspects) {
      this.deps.log.warn(
        { code: sqlState(error), command: only.envelope.name, id: only.envelope.id },
        'the database refused a command',
      );
      this.conclude(only, { refused: refuse(sqlState(error) === UNIQUE ? 'taken' : 'storage') });
      this.announceAnswers();
      return;
    }
    const middle = Math.ceil(open.length / 2);
    for (const half of [open.slice(0, middle), open.slice(middle)]) {
      const suspects = Symbol();
      for (const job of half) job.suspects = suspects;
    }
    // Through the inbox: what they need has to be loaded again first, and they must not come together meanwhile.
    this.enqueue(open, true);
  }

  private dropAnswered(batch: Job[]): Job[] {
    return batch.filter((job) => this.waiting.get(job.envelope.id) === job);
  }

  /** Jobs that went aside come back by themselves, and may be on their way already: nobody may be in two batches. */
  private dropParked(batch: Job[]): Job[] {
    return batch.filter((job) => !job.aside);
  }

  /**
   * Looks up receipts of what was, or may have been, applied before. Memory knows that, but not the whole answer: asking
   * for it again is rare, keeping it would cost every command.
   * @returns the `no` of those that have one
   */
  private async forget(batch: Job[], all: boolean): Promise<ReadonlyMap<string, number>> {
    const asked = batch.filter(
      ({ envelope: { account, id, after }, suspects }) =>
        all ||
        // The gate left these to us: here they may be refused for what has changed since they were accepted (C1).
        (after?.length ?? 0) > 0 ||
        suspects !== undefined ||
        this.outcomes.mayBeForgotten(id) ||
        this.outcomes.findAccepted(account, id) !== undefined,
    );
    const depended = batch.flatMap(({ envelope }) =>
      (envelope.after ?? [])
        .filter((id) => !this.outcomes.find(envelope.account, id))
        .map((id): [string, string] => [envelope.account, id]),
    );
    if (asked.length + depended.length === 0) return NONE;
    return this.outcomes.ask(await this.connection.get(), [
      ...asked.map(({ envelope }): [string, string] => [envelope.account, envelope.id]),
      ...depended,
    ]);
  }

  private async run(batch: Job[], places: ReadonlyMap<string, number>): Promise<void> {
    const tick = new Tick(this.deps.registry);
    const accepted: [Job, number | null][] = [];
    const acceptedIds = new Set<string>();
    for (const job of batch) {
      const { account, id } = job.envelope;
      const known = this.outcomes.findAccepted(account, id);
      if (known !== undefined) {
        this.conclude(job, { pos: known, no: places.get(`${account} ${id}`) ?? null });
        continue;
      }
      if (this.aside.follow(job)) continue;
      try {
        const result = this.apply(job, tick, acceptedIds);
        if (typeof result === 'object' && result !== null) {
          if ('wait' in result) this.postpone(job);
          else this.conclude(job, { refused: result });
          continue;
        }
        accepted.push([job, result]);
        acceptedIds.add(id);
      } catch (error) {
        if (error instanceof HalfTaken) throw error;
        if (error instanceof Missing) this.aside.hold(job, error.wanted);
        else {
          this.deps.log.error(
            { err: error, command: job.envelope.name },
            'a rule failed; the command is refused and has changed nothing',
          );
          this.conclude(job, { refused: refuse('malformed') });
        }
      }
    }
    if (accepted.length > 0) await this.write(tick, accepted);
    this.announceAnswers();
  }

  /** @returns the `no` of what was appended, a refusal, or that it must wait for another command */
  private apply(job: Job, tick: Tick, acceptedIds: ReadonlySet<string>): number | null | Refusal | { wait: true } {
    const { envelope, command } = job;
    // Order of acceptance is decided here, so the time of acceptance is too.
    const stamp = job.actor.system ? job.stamp : { ...job.stamp, at: Date.now() };
    for (const id of envelope.after ?? []) {
      if (acceptedIds.has(id)) continue;
      const outcome = this.outcomes.find(envelope.account, id);
      if (outcome && 'pos' in outcome) continue;
      // Refused before, but sent again and on its way: what counts is what becomes of it now.
      if (!outcome || this.waiting.has(id)) return { wait: true };
      return refuse('dependency');
    }
    const partition = this.loader.partitions.get(job.partition);
    if (!partition || partition.token === null) throw new Missing({ what: 'partition', partition: job.partition });
    const staged = new StagedRecords(partition);
    const refused = job.allow(staged);
    if (refused) return refused;
    const events = command.events?.(envelope.args as never, stamp, staged) ?? [];
    const verdict = command.apply(staged, envelope.args as never, stamp);
    if (verdict) return verdict;
    const no = this.take(tick, partition, staged);
    const pos = tick.posOf(partition);
    tick.receipts.push({ account: envelope.account, id: envelope.id, partition: partition.id, pos, no });
    for (const event of events) {
      tick.events.push({
        ...event,
        partition: partition.id,
        actor: stamp.actor.user,
        command: envelope.id,
        depth: envelope.depth ?? 0,
        at: stamp.at,
      });
    }
    return no;
  }

  private take(tick: Tick, partition: Partition, staged: StagedRecords): number | null {
    try {
      return tick.take(partition, staged);
    } catch (error) {
      throw new HalfTaken(error);
    }
  }

  private flush(tick: Tick): Written[] {
    try {
      return tick.flush();
    } catch (error) {
      throw new HalfTaken(error);
    }
  }

  private async write(tick: Tick, accepted: [Job, number | null][]): Promise<void> {
    const client = await this.connection.get();
    const written = this.flush(tick);
    const began = performance.now();
    for (const { document } of written) this.unclear.add(document.name);
    await commit(client, tick, written);
    for (const { document } of written) this.unclear.delete(document.name);
    const milliseconds = performance.now() - began;
    for (const [partition, pos] of tick.partitions) partition.pos = pos;
    for (const listener of this.publishingListeners) listener([...tick.rows.values()]);
    for (const { document, update, seals } of written) {
      this.publisher?.publish(document.name, update);
      if (seals) this.publisher?.sealed(document.segment);
    }
    this.announce(tick, written, { commands: accepted.length, milliseconds });
    for (const [job, no] of accepted) {
      const partition = this.loader.partitions.get(job.partition);
      this.conclude(job, { pos: partition?.pos ?? 0, no });
    }
  }

  private announce(tick: Tick, written: Written[], took: { commands: number; milliseconds: number }): void {
    if (this.committedListeners.size === 0) return;
    const documents = written.map(({ partition, document: { name, owner } }) => ({
      partition: partition.id,
      name,
      owner,
      pos: partition.pos,
    }));
    const committed = { rows: [...tick.rows.values()], documents, ...took };
    for (const listener of this.committedListeners) listener(committed);
  }

  private conclude(job: Job, outcome: { pos: number; no: number | null } | { refused: Refusal }): void {
    const { account, id } = job.envelope;
    if ('refused' in outcome) {
      this.outcomes.refuse(account, id, outcome.refused);
      this.reply(job, { id, ok: false, refused: outcome.refused });
    } else {
      this.outcomes.accept(account, id, outcome.pos);
      this.reply(job, { id, ok: true, pos: outcome.pos, ...(outcome.no === null ? {} : { no: outcome.no }) });
    }
  }

  /** The one answer of a job, and of those that asked for the same meanwhile. */
  private reply(job: Job, receipt: Receipt): void {
    if (this.waiting.get(receipt.id) === job) this.waiting.delete(receipt.id);
    job.answer(receipt);
    for (const twin of job.twins ?? []) twin.answer(receipt);
  }

  private announceAnswers(): void {
    for (const listener of this.answeredListeners) listener();
  }

  /** It depends on a command that is neither known nor on its way: the device sends both again, in order. */
  private postpone(job: Job): void {
    this.reply(job, { id: job.envelope.id, ok: false, wait: { until: Date.now() + 1000, reason: 'dependency' } });
  }

  private failLoad(job: Job): void {
    this.reply(job, { id: job.envelope.id, ok: false, wait: { until: Date.now() + 1000, reason: 'database' } });
  }

  /** What the command says it needs is fetched at once; what it still misses afterwards interrupts it again. */
  private async prefetch(job: Job, wanted: Wanted): Promise<void> {
    await this.loader.load(wanted);
    const partition = this.loader.partitions.get(job.partition);
    if (partition && job.command.needs)
      await this.loader.loadNeeds(
        partition,
        (records) => job.command.needs?.(job.envelope.args as never, records) ?? [],
      );
  }

  /** A new generation: nothing in memory is trusted, copies are brought to what the log says (A3). */
  private async reset(): Promise<void> {
    this.loader.reset();
    await this.connection.drop();
    await this.resend();
  }

  /** Copies of what an unclear commit touched are brought to what the log says; while the log cannot be read they wait. */
  private async resend(): Promise<void> {
    const names = [...this.unclear];
    if (names.length === 0) return;
    try {
      await this.publisher?.unclear(names);
      for (const name of names) this.unclear.delete(name);
    } catch (error) {
      this.deps.log.warn({ err: error }, 'copies wait for the database');
    }
  }

  private tellTrouble(troubled: boolean): void {
    if (troubled === this.troubled) return;
    this.troubled = troubled;
    if (!troubled) void this.resend();
    for (const listener of this.troubleListeners) listener(troubled);
  }

  private sweep(): void {
    if (!this.pumping) this.loader.sweep(Date.now() - IDLE);
  }
}

const NONE: ReadonlyMap<string, number> = new Map();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
