import type pg from 'pg';
import type { ReadRecords, RecordRef } from '#kernel/records.ts';
import { Missing, type Wanted } from './missing.ts';
import type { Partition } from './partition.ts';
import { PartitionRecords } from './staged-records.ts';
import type { AuthorStore } from './store.ts';

/** Rounds of `needs`: a message, then its author, then the author's role. */
const ROUNDS = 3;
/** Positions remembered per partition. */
const MAX_POSITIONS = 200_000;

/** Partitions kept in memory that nothing was ever written to: most of them are somebody's guesses. */
const MAX_EMPTY = 1_000;

/** Brings pieces of partitions into memory, each once however many ask. */
export class Loader {
  readonly partitions = new Map<string, Partition>();
  private readonly store: AuthorStore;
  private readonly pool: pg.Pool;
  private readonly running = new Map<string, Promise<void>>();
  /** Partitions without a commit, the longest known first. */
  private readonly empty = new Set<string>();
  /** Rises with every reset: what was being read before it belongs to a memory that is gone. */
  private generation = 0;

  constructor(store: AuthorStore, pool: pg.Pool) {
    this.store = store;
    this.pool = pool;
  }

  load(wanted: Wanted): Promise<void> {
    const key = JSON.stringify(wanted);
    return this.once(key, async () => {
      const partition = await this.access(wanted.partition);
      if (wanted.what !== 'partition') await this.store.load(this.pool, partition, wanted);
    });
  }

  /** Takes the writer's lease: whoever wrote this partition before is fenced out from here on (A1). */
  lease(id: string): Promise<void> {
    return this.once(`lease ${id}`, async () => {
      const { generation } = this;
      const { rows } = await this.pool.query<{ pos: string; token: string }>(
        `insert into partitions (id, pos, token) values ($1, 0, 1)
         on conflict (id) do update set token = partitions.token + 1 returning pos, token`,
        [id],
      );
      const [row] = rows;
      if (!row || generation !== this.generation) return;
      let partition = await this.access(id);
      if (partition.pos !== Number(row.pos)) {
        this.drop(id);
        partition = await this.access(id);
      }
      partition.token = Number(row.token);
    });
  }

  /** Everything a command says it needs, in as few queries as there are kinds. */
  async loadNeeds(partition: Partition, needs: (records: ReadRecords) => RecordRef[]): Promise<void> {
    const read = new PartitionRecords(partition);
    const lenient: ReadRecords = {
      get: (kind, owner, id) => attempt(() => read.get(kind, owner, id)),
      has: (kind, owner, id) => attempt(() => read.has(kind, owner, id)) ?? false,
      all: (kind, owner) => read.all(kind, owner),
    };
    for (let round = 0; round < ROUNDS; round++) {
      const rows = new Map<string, Set<string>>();
      const positions = new Map<string, Set<string>>();
      const documents = new Set<string>();
      for (const { kind, owner, id, mode } of needs(lenient)) {
        try {
          if (mode === 'exists') read.has(kind as never, owner, id);
          else read.get(kind as never, owner, id);
        } catch (error) {
          if (!(error instanceof Missing)) throw error;
          const { wanted } = error;
          if (wanted.what === 'row') gather(rows, wanted.kind, [wanted.id]);
          else if (wanted.what === 'position') gather(positions, wanted.owner, wanted.ids);
          else if (wanted.what === 'document') documents.add(wanted.name);
        }
      }
      if (rows.size + positions.size + documents.size === 0) return;
      for (const [kind, ids] of rows) await this.store.loadRows(this.pool, partition, kind, [...ids]);
      for (const [owner, ids] of positions) await this.store.loadPositions(this.pool, partition, owner, [...ids]);
      for (const name of documents) await this.load({ what: 'document', partition: partition.id, name });
    }
  }

  reset(): void {
    this.generation++;
    this.running.clear();
    for (const partition of this.partitions.values()) partition.destroy();
    this.partitions.clear();
    this.empty.clear();
  }

  /** Lets go of what was not used since `before`. Only between commits. */
  sweep(before: number): void {
    for (const [id, partition] of this.partitions) {
      if (partition.positions.size > MAX_POSITIONS) partition.positions.clear();
      for (const [name, document] of partition.documents) {
        if (document.usedAt >= before || document.changed) continue;
        document.destroy();
        partition.documents.delete(name);
      }
      if (partition.usedAt < before && partition.documents.size === 0 && partition.token === null)
        this.partitions.delete(id);
    }
  }

  private drop(id: string): void {
    this.partitions.get(id)?.destroy();
    this.partitions.delete(id);
  }

  private async access(id: string): Promise<Partition> {
    const found = this.partitions.get(id);
    if (found) return found;
    await this.once(`open ${id}`, async () => {
      const { generation } = this;
      const partition = await this.store.loadPartition(this.pool, id);
      if (generation !== this.generation || this.partitions.has(id)) return;
      this.partitions.set(id, partition);
      if (partition.pos === 0) this.forgetGuesses(id);
    });
    return this.partitions.get(id) ?? this.access(id);
  }

  /** Guessing ids costs whoever guesses, not our memory. One that is being written to has its lease and stays. */
  private forgetGuesses(newest: string): void {
    this.empty.add(newest);
    if (this.empty.size <= MAX_EMPTY) return;
    const [oldest = ''] = this.empty;
    this.empty.delete(oldest);
    const partition = this.partitions.get(oldest);
    if (partition?.pos === 0 && partition.token === null) this.partitions.delete(oldest);
  }

  private once(key: string, work: () => Promise<void>): Promise<void> {
    let promise = this.running.get(key);
    if (!promise) {
      promise = work().finally(() => {
        if (this.running.get(key) === promise) this.running.delete(key);
      });
      this.running.set(key, promise);
    }
    return promise;
  }
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

function gather(map: Map<string, Set<string>>, key: string, ids: readonly string[]): void {
  const set = map.get(key) ?? new Set();
  for (const id of ids) set.add(id);
  map.set(key, set);
}
