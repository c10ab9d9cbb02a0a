import type pg from 'pg';
import type { Logger } from 'pino';

/** Milliseconds marks collect before they are written: a register that only rises may be a second late. */
const DELAY = 1000;

/** How far each person has read each channel: the first `no` they have not seen. Registers that only rise. */
export class ReadMarks {
  private readonly pool: pg.Pool;
  private readonly log: Logger;
  private readonly pending = new Map<string, { person: string; channel: string; read: number }>();
  private timer: NodeJS.Timeout | null = null;

  constructor(pool: pg.Pool, log: Logger) {
    this.pool = pool;
    this.log = log;
  }

  async of(person: string): Promise<Map<string, number>> {
    const { rows } = await this.pool.query<{ channel: string; read: number }>(
      'select channel, read from read_marks where person = $1',
      [person],
    );
    const marks = new Map(rows.map(({ channel, read }) => [channel, read]));
    for (const mark of this.pending.values()) {
      if (mark.person === person) marks.set(mark.channel, Math.max(mark.read, marks.get(mark.channel) ?? 0));
    }
    return marks;
  }

  set(person: string, channel: string, read: number): void {
    const key = `${person} ${channel}`;
    const before = this.pending.get(key)?.read ?? 0;
    this.pending.set(key, { person, channel, read: Math.max(before, read) });
    this.timer ??= setTimeout(() => void this.flush(), DELAY);
  }

  /** Writes what is pending. What cannot be written stays pending. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const batch = [...this.pending.values()];
    if (batch.length === 0) return;
    this.pending.clear();
    try {
      await this.pool.query(
        `insert into read_marks (person, channel, read) select * from unnest($1::text[], $2::text[], $3::int[])
         on conflict (person, channel) do update set read = greatest(read_marks.read, excluded.read)`,
        [batch.map(({ person }) => person), batch.map(({ channel }) => channel), batch.map(({ read }) => read)],
      );
    } catch (error) {
      this.log.warn({ err: error, marks: batch.length }, 'read marks wait for the database');
      for (const { person, channel, read } of batch) this.set(person, channel, read);
    }
  }
}
