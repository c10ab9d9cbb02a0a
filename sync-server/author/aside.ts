import type { Job } from './job.ts';
import type { Wanted } from './missing.ts';

export interface AsideHandlers {
  load(job: Job, wanted: Wanted): Promise<void>;
  /** Takes the jobs of an order that wait for their batch. */
  takeFromInbox(order: string): Job[];
  /** What they waited for is there: they go before everything that came later. */
  release(jobs: Job[]): void;
  fail(jobs: Job[], error: unknown, wanted: Wanted): void;
}

/**
 * Jobs that wait for something to be loaded, and behind each of them whatever must not overtake it (C3). Everybody else
 * goes on.
 */
export class Aside {
  private readonly handlers: AsideHandlers;
  private readonly held = new Map<string, Job[]>();
  /** Orders whose earlier jobs were taken out of the inbox to stand before those held. */
  private readonly gathered = new Set<string>();
  private readonly loading = new Set<Promise<void>>();

  constructor(handlers: AsideHandlers) {
    this.handlers = handlers;
  }

  get busy(): boolean {
    return this.loading.size > 0;
  }

  async settled(): Promise<void> {
    await Promise.all(this.loading);
  }

  /** Puts a job behind what it must not overtake. @returns false when there is nothing of the kind */
  follow(job: Job): boolean {
    const behind = this.behind(job);
    if (behind) this.put(job, behind);
    return behind !== undefined;
  }

  /** The same for a job that just came in: what came before it and waits for its batch stands before it. */
  followNew(job: Job): boolean {
    const behind = this.behind(job);
    if (!behind) return false;
    this.gather(job.order, behind);
    this.put(job, behind);
    return true;
  }

  /** Its device came back and goes on: what follows through the new door waits for the same as what went before it. */
  followTwin(running: Job, twin: Job): void {
    const queue = this.held.get(running.order);
    if (queue?.includes(running)) this.holdWith(twin, queue);
  }

  hold(job: Job, wanted: Wanted): void {
    const queue: Job[] = [];
    this.put(job, queue);
    this.held.set(job.order, queue);
    const settled = this.handlers
      .load(job, wanted)
      .then(
        () => {
          this.letGo(queue);
          this.handlers.release(queue);
        },
        (error: unknown) => {
          this.letGo(queue);
          this.handlers.fail(queue, error, wanted);
        },
      )
      .finally(() => this.loading.delete(settled));
    this.loading.add(settled);
  }

  private behind({ order }: Job): Job[] | undefined {
    return this.held.size === 0 ? undefined : this.held.get(order);
  }

  private gather(order: string, queue: Job[]): void {
    if (this.gathered.has(order)) return;
    this.gathered.add(order);
    for (const job of this.handlers.takeFromInbox(order)) this.put(job, queue);
  }

  private put(job: Job, queue: Job[]): void {
    job.aside = true;
    queue.push(job);
    for (const twin of job.twins ?? []) this.holdWith(twin, queue);
  }

  private holdWith(twin: Job, queue: Job[]): void {
    if (!this.held.has(twin.order)) this.held.set(twin.order, queue);
  }

  private letGo(queue: Job[]): void {
    for (const [order, held] of this.held) {
      if (held !== queue) continue;
      this.held.delete(order);
      this.gathered.delete(order);
    }
  }
}
