import { PgBoss } from 'pg-boss';
import type pg from 'pg';
import type { Logger } from 'pino';

/** Upkeep that nobody waits for. */
export interface Job {
  readonly name: string;
  /** When, as cron says it, in UTC. */
  readonly cron: string;
  /** Does it, and says in words what it did. Run twice, or by two servers, it does no harm. */
  run(): Promise<string>;
}

export interface JobRun {
  name: string;
  cron: string;
  startedAt: string | null;
  endedAt: string | null;
  failedAt: string | null;
  error: string | null;
  note: string | null;
}

export interface JobsDependencies {
  jobs: readonly Job[];
  pool: pg.Pool;
  log: Logger;
  /** Seconds between two looks for what is due; upkeep is never urgent. */
  look?: number;
}

/** One queue for all of them: they run one after the other, and one look at the database asks for all. */
const QUEUE = 'upkeep';
const LOOK = 30;
/** Milliseconds a running job gets to end when the server does. */
const PATIENCE = 5_000;

/** Runs jobs at their times, each in one process however many there are, and remembers how the last run went. */
export class Jobs {
  private readonly deps: JobsDependencies;
  private readonly boss: PgBoss;

  constructor(deps: JobsDependencies) {
    this.deps = deps;
    const { pool, log } = deps;
    this.boss = new PgBoss({ db: { executeSql: (text, values) => pool.query(text, values) }, schema: 'pgboss' });
    this.boss.on('error', (error) => log.warn({ err: error }, 'the job queue waits for the database'));
  }

  async start(): Promise<void> {
    const { jobs, log, look = LOOK } = this.deps;
    await this.boss.start();
    await this.boss.createQueue(QUEUE, { policy: 'exclusive' });
    for (const { key } of await this.boss.getSchedules(QUEUE)) {
      if (!jobs.some((job) => job.name === key)) await this.boss.unschedule(QUEUE, key);
    }
    for (const { name, cron } of jobs) {
      const options = { key: name, singletonKey: name, retryLimit: 2, retryDelay: 60, expireInSeconds: 3600 };
      await this.boss.schedule(QUEUE, cron, { job: name }, options);
    }
    await this.boss.work<{ job: string }>(QUEUE, { pollingIntervalSeconds: look }, async (batch) => {
      for (const { data } of batch) {
        const job = jobs.find(({ name }) => name === data.job);
        if (job) await this.run(job.name);
        else log.warn({ job: data.job }, 'a job was due that this version does not have');
      }
    });
  }

  /** Makes a job due, for whichever server looks first. */
  async enqueue(name: string): Promise<void> {
    await this.boss.send(QUEUE, { job: name }, { singletonKey: name });
  }

  /** Runs a job now and writes down how it went; throws what it threw. */
  async run(name: string): Promise<string> {
    const { jobs, pool, log } = this.deps;
    const job = jobs.find((one) => one.name === name);
    if (!job) throw new TypeError(`there is no job ${name}`);
    await pool.query(
      `insert into job_runs (name, started_at) values ($1, now())
       on conflict (name) do update set started_at = excluded.started_at, ended_at = null`,
      [name],
    );
    try {
      const note = await job.run();
      await pool.query('update job_runs set ended_at = now(), note = $2 where name = $1', [name, note]);
      log.info({ job: name, note }, 'a job ran');
      return note;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      log.warn({ err: error, job: name }, 'a job failed');
      await pool.query('update job_runs set ended_at = now(), failed_at = now(), error = $2 where name = $1', [
        name,
        words.slice(0, 500),
      ]);
      throw error;
    }
  }

  /** Every job with how it went last. */
  async runs(): Promise<JobRun[]> {
    const { rows } = await this.deps.pool.query<{
      name: string;
      started_at: Date;
      ended_at: Date | null;
      failed_at: Date | null;
      error: string | null;
      note: string | null;
    }>('select * from job_runs');
    return this.deps.jobs.map(({ name, cron }) => {
      const row = rows.find((one) => one.name === name);
      return {
        name,
        cron,
        startedAt: row?.started_at.toISOString() ?? null,
        endedAt: row?.ended_at?.toISOString() ?? null,
        failedAt: row?.failed_at?.toISOString() ?? null,
        error: row?.error ?? null,
        note: row?.note ?? null,
      };
    });
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: PATIENCE });
  }
}
