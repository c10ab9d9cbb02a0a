import type pg from 'pg';
import type { Logger } from 'pino';
import type { ReadRecords } from '#kernel/records.ts';
import { refuse, type Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Receipt } from '#kernel/wire.ts';
import { Admission } from './admission.ts';
import { Aside } from './aside.ts';
import { Batch } from './batch.ts';
import { FENCED, isOurFault, isRefusedData, sqlState, UNIQUE } from './failures.ts';
import type { Committed, Job, Publisher } from './job.ts';
import { Loader } from './loader.ts';
import { Missing, type Wanted } from './missing.ts';
import { Outcomes } from './outcomes.ts';
import type { Partition } from './partition.ts';
import { PartitionRecords } from './staged-records.ts';
import { AuthorStore } from './store.ts';
import type { RowChange } from './tick.ts';
import { UnderWay, type Commit } from './under-way.ts';
import { WritingConnection } from './writing-connection.ts';

export interface AuthorDependencies {
  registry: Registry;
  /** For loading; the author commits on a connection of its own. */
  pool: pg.Pool;
  connect(): Promise<pg.Client>;
  log: Logger;
}

/** Commands waiting for a commit before more are asked to come back. */
const MAX_INBOX = 20_000;
/** Milliseconds an unused document or partition stays in memory. */
const IDLE = 60_000;
/** Milliseconds the database may take for a commit before people are told that it does not answer. */
const SILENCE = 3_000;

/**
 * The one writer. While commits run, the commands that come are applied to memory; they become the next, in line behind one
 * that runs or when it is over: one Yjs transaction per document and one SQL statement for all of them. Nobody sees anything
 * before it is durable (C2, A2).
 */
export class Author {
  readonly outcomes: Outcomes;
  private readonly deps: AuthorDependencies;
  private readonly store: AuthorStore;
  private readonly loader: Loader;
  private readonly connection: WritingConnection;
  private inbox: Job[] = [];
  private readonly aside: Aside;
  private readonly admission: Admission;
  /** Every job without an answer yet, by its command's id. */
  private readonly waiting = new Map<string, Job>();
  private recalled: [account: string, id: string][] = [];
  private recalling: Promise<unknown> | null = null;
  private pumping: Promise<void> | null = null;
  private closing = false;
  /** Failures in a row: the longer the database is away, the rarer it is asked. */
  private attempts = 0;
  /** Asked for while commits run; done between two of them. */
  private sweepDue = false;
  /** Called when something comes into the inbox and when a commit is over. */
  private wake: () => void = () => undefined;
  private readonly underWay = new UnderWay(() => this.wake());
  private readonly sweeper: NodeJS.Timeout;
  private readonly committedListeners = new Set<(committed: Committed) => void>();
  private readonly publishingListeners = new Set<(rows: readonly RowChange[]) => void>();
  private readonly undoneListeners = new Set<(rows: readonly RowChange[]) => void>();
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
    this.admission = new Admission({
      outcomes: this.outcomes,
      aside: this.aside,
      loader: this.loader,
      connection: this.connection,
      waiting: this.waiting,
      answerKnown: (job, pos, no) => this.conclude(job, { pos, no }),
      postpone: (job) => this.postpone(job),
      log: deps.log,
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

  /** Facts that were in memory and may not have come to be: whoever was told of them is told again. */
  onUndone(listener: (rows: readonly RowChange[]) => void): void {
    this.undoneListeners.add(listener);
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
    job.repeated = this.outcomes.findAccepted(account, id) !== undefined;
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

  private enqueue(jobs: readonly Job[], first = false): void {
    this.inbox = first ? [...jobs, ...this.inbox] : this.inbox;
    if (!first) for (const job of jobs) this.inbox.push(job);
    this.wake();
    this.pumping ??= new Promise<void>((resolve) => setImmediate(() => void this.pump().then(resolve)));
  }

  private takeFromInbox(order: string): Job[] {
    const taken = this.inbox.filter((job) => job.order === order);
    if (taken.length > 0) this.inbox = this.inbox.filter((job) => job.order !== order);
    return taken;
  }

  /** Brings every command to its end whatever the database does; only a refusal of the data itself is a refusal. */
  private async pump(): Promise<void> {
    let open = new Batch(this.deps.registry);
    while (!this.underWay.none || this.inbox.length > 0) {
      const silence = this.watchSilence();
      open = await this.advance(open);
      clearTimeout(silence);
      // Sockets are read between two commits, so that the next one carries what has arrived meanwhile.
      await new Promise(setImmediate);
    }
    this.pumping = null;
  }

  /**
   * Applies what comes to the open batch until a commit is over or it may be sent, and tells what became of that commit.
   * @returns the batch that is open from here on
   */
  private async advance(open: Batch): Promise<Batch> {
    const { underWay } = this;
    let durable: Commit[] = [];
    let goes = false;
    let fault: { error: unknown } | undefined;
    try {
      await this.fill(open);
      durable = underWay.takeDurable();
      goes = underWay.takes(open);
      const client = goes && open.accepted.length > 0 ? await this.connection.get() : null;
      // Before the ones that are durable are told of: the database does not wait for what only costs this process.
      if (client && !underWay.failure) underWay.send(client, open);
    } catch (error) {
      fault = { error };
    }
    fault ??= underWay.failure;
    if (fault) {
      await this.undo(open, fault.error, durable);
      return new Batch(this.deps.registry);
    }
    for (const commit of durable) this.tell(commit);
    if (underWay.none) this.concludeRefused(open);
    if (underWay.none || durable.length > 0) this.settleDown();
    return goes ? new Batch(this.deps.registry) : open;
  }

  /** Takes what is in the inbox, and until a commit is over, or the batch may be sent, also what still comes. */
  private async fill(open: Batch): Promise<void> {
    if (this.sweepDue) {
      // What a commit under way has changed is in memory only.
      await this.underWay.over();
      this.sweepDue = false;
      this.loader.sweep(Date.now() - IDLE);
    }
    for (;;) {
      for (let room = open.room(this.inbox); room > 0; room = open.room(this.inbox)) {
        const jobs = this.inbox.slice(0, room);
        this.inbox = this.inbox.slice(room);
        if (await this.admission.admit(open, jobs, this.underWay.batches)) this.announceAnswers();
      }
      if (!this.underWay.waits || this.underWay.takes(open)) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
      if (this.underWay.waits) await new Promise(setImmediate);
    }
  }

  /** A commit failed, or memory is not what the log says: what is durable is told, all that stands on the rest begins anew. */
  private async undo(open: Batch, error: unknown, durable: Commit[]): Promise<void> {
    await this.underWay.over();
    durable.push(...this.underWay.takeDurable());
    const failed = this.underWay.takeRest();
    for (const { written } of failed) for (const { document } of written) this.unclear.add(document.name);
    // What is told now is looked up in memory.
    this.loader.reset();
    for (const commit of durable) this.tell(commit);
    const [first] = failed;
    const batches = [...failed.map(({ batch }) => batch), open];
    await this.recover(batches, typeof first?.ended === 'object' ? first.ended.error : error);
  }

  /** Replicas first, then the answers. */
  private tell({ batch, written, milliseconds }: Commit): void {
    const { tick, accepted } = batch;
    const rows = [...tick.rows.values()];
    for (const listener of this.publishingListeners) listener(rows);
    for (const { document, update, seals } of written) {
      this.publisher?.publish(document.name, update);
      if (seals) this.publisher?.sealed(document.segment);
    }
    if (this.committedListeners.size > 0) {
      const documents = written.map(({ partition, document: { name, owner }, next, pos }) => ({
        partition: partition.id,
        name,
        owner,
        next,
        pos,
      }));
      const committed = { rows, documents, commands: accepted.length, milliseconds };
      for (const listener of this.committedListeners) listener(committed);
    }
    for (const [at, [job, no]] of accepted.entries()) this.conclude(job, { pos: tick.receipts[at]?.pos ?? 0, no });
    this.concludeRefused(batch);
  }

  private concludeRefused(batch: Batch): void {
    for (const [job, refused] of batch.refused) this.conclude(job, { refused });
    this.announceAnswers();
  }

  /** The database answers. */
  private settleDown(): void {
    this.attempts = 0;
    this.tellTrouble(false);
  }

  /** The first of these failed. It is tried again, and so is what was applied on top of it. */
  private async recover(batches: readonly Batch[], error: unknown): Promise<void> {
    const code = sqlState(error);
    await this.reset();
    const [jobs = [], ...onTop] = batches.map((batch) => [...batch.jobs]);
    const later = onTop.flat();
    for (const { tick } of batches)
      if (tick.rows.size > 0) for (const listener of this.undoneListeners) listener([...tick.rows.values()]);
    for (const job of [...jobs, ...later]) job.unclear = true;
    this.enqueue(later, true);
    if (isRefusedData(code) || isOurFault(error)) return this.isolate(jobs, error);
    this.enqueue(jobs, true);
    this.deps.log.warn(
      { err: error, attempt: this.attempts, commands: jobs.length },
      'a commit is unclear; the author starts again from the log',
    );
    if (code !== FENCED) {
      this.tellTrouble(true);
      await pause(Math.min(50 * 2 ** Math.min(this.attempts++, 6), 2000));
    }
    if (!this.closing) return;
    for (const job of this.inbox.splice(0)) this.failLoad(job);
    this.announceAnswers();
  }

  /** A database that does not answer is as gone as one that refuses: people are told. */
  private watchSilence(): NodeJS.Timeout {
    return setTimeout(() => this.tellTrouble(true), SILENCE).unref();
  }

  /** Halves a refused batch until the culprit stands alone; the others are committed in their order (C11). */
  private isolate(jobs: Job[], error: unknown): void {
    const [only] = jobs;
    // The clock of a device that runs ahead makes an old command look new: its receipt is asked for before it is refused.
    if (jobs.length === 1 && only?.suspects) {
      this.deps.log.warn(
        { code: sqlState(error), command: only.envelope.name, id: only.envelope.id },
        'the database refused a command',
      );
      this.conclude(only, { refused: refuse(sqlState(error) === UNIQUE ? 'taken' : 'storage') });
      this.announceAnswers();
      return;
    }
    const middle = Math.ceil(jobs.length / 2);
    for (const half of [jobs.slice(0, middle), jobs.slice(middle)]) {
      const suspects = Symbol();
      for (const job of half) job.suspects = suspects;
    }
    // Through the inbox: what they need has to be loaded again first, and they must not come together meanwhile.
    this.enqueue(jobs, true);
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
    if (this.pumping) this.sweepDue = true;
    else this.loader.sweep(Date.now() - IDLE);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
