import type { Refusal } from '#kernel/refusals.ts';
import type { Registry } from '#kernel/registry.ts';
import { HalfTaken } from './failures.ts';
import type { Job } from './job.ts';
import type { Partition } from './partition.ts';
import { StagedRecords } from './staged-records.ts';
import { Tick, type WrittenDocument } from './tick.ts';

/** Commands in one commit: bounds its latency, and how much is replayed when one of them is refused by the database. */
export const MAX_BATCH = 1000;

/**
 * Commands that were applied to memory and will be one commit, or were refused by what memory says. Nobody is told of
 * either before that commit, and the one before it, are durable: until then all of it may have to be done again.
 */
export class Batch {
  readonly tick: Tick;
  /** Everything that is done again when the commit fails. */
  readonly jobs = new Set<Job>();
  readonly accepted: [job: Job, no: number | null][] = [];
  readonly refused: [job: Job, refusal: Refusal][] = [];
  private readonly acceptedIds = new Set<string>();
  private readonly refusedIds = new Set<string>();

  constructor(registry: Registry) {
    this.tick = new Tick(registry);
  }

  /** How many from the head of this queue may join: as many as fit, and suspects only among themselves. */
  room(inbox: readonly Job[]): number {
    const [job] = this.jobs.size > 0 ? this.jobs : inbox;
    const other = inbox.findIndex(({ suspects }) => suspects !== job?.suspects);
    return Math.min(other === -1 ? inbox.length : other, MAX_BATCH - this.jobs.size);
  }

  accepts(id: string): boolean {
    return this.acceptedIds.has(id);
  }

  refuses(id: string): boolean {
    return this.refusedIds.has(id);
  }

  /**
   * Runs a command's rules on what stands now and takes what it changes. Throws `Missing` when something has to be loaded
   * first, `HalfTaken` when memory is no longer what the log says.
   */
  apply(job: Job, partition: Partition): void {
    const { envelope, command } = job;
    // Order of acceptance is decided here, so the time of acceptance is too.
    const { stamp } = job;
    if (!job.actor.system) stamp.at = Date.now();
    const staged = new StagedRecords(partition);
    const refused = job.allow(staged);
    if (refused) return this.refuse(job, refused);
    const events = command.events?.(envelope.args as never, stamp, staged) ?? [];
    const verdict = command.apply(staged, envelope.args as never, stamp);
    if (verdict) return this.refuse(job, verdict);
    const no = this.take(partition, staged);
    const { tick } = this;
    tick.receipts.push({
      account: envelope.account,
      id: envelope.id,
      partition: partition.id,
      pos: tick.posOf(partition),
      no,
    });
    for (const event of events) {
      tick.events.push({
        name: event.name,
        data: event.data,
        partition: partition.id,
        actor: stamp.actor.user,
        command: envelope.id,
        depth: envelope.depth ?? 0,
        at: stamp.at,
      });
    }
    this.accepted.push([job, no]);
    this.acceptedIds.add(envelope.id);
  }

  refuse(job: Job, refusal: Refusal): void {
    this.refused.push([job, refusal]);
    this.refusedIds.add(job.envelope.id);
  }

  /** The updates of all documents touched. Throws `HalfTaken`. */
  flush(): WrittenDocument[] {
    try {
      return this.tick.flush();
    } catch (error) {
      throw new HalfTaken(error);
    }
  }

  private take(partition: Partition, staged: StagedRecords): number | null {
    try {
      return this.tick.take(partition, staged);
    } catch (error) {
      throw new HalfTaken(error);
    }
  }
}
