import type { Logger } from 'pino';
import { refuse } from '#kernel/refusals.ts';
import type { Aside } from './aside.ts';
import type { Batch } from './batch.ts';
import { HalfTaken } from './failures.ts';
import type { Job } from './job.ts';
import type { Loader } from './loader.ts';
import { Missing } from './missing.ts';
import type { Outcomes } from './outcomes.ts';
import type { WritingConnection } from './writing-connection.ts';

export interface AdmissionDependencies {
  outcomes: Outcomes;
  aside: Aside;
  loader: Loader;
  connection: WritingConnection;
  /** Every job without an answer yet, by its command's id. */
  waiting: ReadonlyMap<string, Job>;
  /** Answers what was accepted before. */
  answerKnown(job: Job, pos: number, no: number | null): void;
  /** Answers what depends on a command that is neither known nor on its way. */
  postpone(job: Job): void;
  log: Logger;
}

/** Where a command ends up when its batch takes it: applied, refused, answered as known, put aside or sent back. */
export class Admission {
  private readonly deps: AdmissionDependencies;

  constructor(deps: AdmissionDependencies) {
    this.deps = deps;
  }

  /**
   * Applies commands to memory; those that need something loaded first leave the batch.
   * @param before the batches whose commits are under way
   * @returns whether some were answered at once
   */
  async admit(batch: Batch, jobs: readonly Job[], before: readonly Batch[]): Promise<boolean> {
    for (const job of jobs) {
      job.aside = false;
      // Once anything is awaited, what a job must not overtake may be on its way again (C3).
      if (!this.deps.aside.follow(job)) batch.jobs.add(job);
    }
    const admitted = jobs.filter((job) => batch.jobs.has(job));
    const places = await this.receiptsOf(admitted);
    let answered = false;
    for (const job of admitted) {
      const { account, id } = job.envelope;
      // Whoever was not asked for is new: its id was unknown when it came, and is kept for it since.
      const known = places === NONE ? undefined : this.deps.outcomes.findAccepted(account, id);
      if (known !== undefined) {
        batch.jobs.delete(job);
        this.deps.answerKnown(job, known, places.get(`${account} ${id}`) ?? null);
        answered = true;
        continue;
      }
      if (this.deps.aside.follow(job)) {
        batch.jobs.delete(job);
        continue;
      }
      const dependencies = this.dependencies(job, batch, before);
      if (dependencies === 'met') this.apply(job, batch);
      else if (dependencies === 'refused') batch.refuse(job, refuse('dependency'));
      else {
        batch.jobs.delete(job);
        this.deps.postpone(job);
        answered = true;
      }
    }
    return answered;
  }

  /**
   * Looks up receipts of what was, or may have been, applied before. Memory knows that, but not the whole answer: asking
   * for it again is rare, keeping it would cost every command.
   * @returns the `no` of those that have one
   */
  private async receiptsOf(jobs: readonly Job[]): Promise<ReadonlyMap<string, number>> {
    const asked = jobs.filter(
      ({ envelope: { id, after }, suspects, unclear, repeated }) =>
        unclear ||
        repeated ||
        // The gate left these to us: here they may be refused for what has changed since they were accepted (C1).
        (after?.length ?? 0) > 0 ||
        suspects !== undefined ||
        this.deps.outcomes.mayBeForgotten(id),
    );
    const depended = jobs.flatMap(({ envelope }) =>
      (envelope.after ?? [])
        .filter((id) => !this.deps.waiting.has(id) && !this.deps.outcomes.find(envelope.account, id))
        .map((id): [string, string] => [envelope.account, id]),
    );
    if (asked.length + depended.length === 0) return NONE;
    return this.deps.outcomes.ask(await this.deps.connection.get(), [
      ...asked.map(({ envelope }): [string, string] => [envelope.account, envelope.id]),
      ...depended,
    ]);
  }

  private apply(job: Job, batch: Batch): void {
    try {
      const partition = this.deps.loader.partitions.get(job.partition);
      if (!partition || partition.token === null) throw new Missing({ what: 'partition', partition: job.partition });
      batch.apply(job, partition);
    } catch (error) {
      if (error instanceof HalfTaken) throw error;
      if (error instanceof Missing) {
        batch.jobs.delete(job);
        this.deps.aside.hold(job, error.wanted);
        return;
      }
      this.deps.log.error(
        { err: error, command: job.envelope.name },
        'a rule failed; the command is refused and has changed nothing',
      );
      batch.refuse(job, refuse('malformed'));
    }
  }

  /** What became of the commands it depends on; one that was refused and is on its way again is judged anew. */
  private dependencies({ envelope }: Job, batch: Batch, before: readonly Batch[]): 'met' | 'refused' | 'missing' {
    let refused = false;
    for (const id of envelope.after ?? []) {
      if (batch.accepts(id) || before.some((one) => one.accepts(id))) continue;
      const outcome = this.deps.outcomes.find(envelope.account, id);
      if (batch.refuses(id) || before.some((one) => one.refuses(id))) refused = true;
      else if (!outcome || ('refused' in outcome && this.deps.waiting.has(id))) return 'missing';
      else refused ||= 'refused' in outcome;
    }
    return refused ? 'refused' : 'met';
  }
}

const NONE: ReadonlyMap<string, number> = new Map();
