import type pg from 'pg';
import * as Y from 'yjs';
import { readState } from './store.ts';

/** A copy somebody else holds and sends on. */
export interface Replica {
  doc: Y.Doc;
  /** Sends what was applied. */
  flush(): void;
}

/** Hocuspocus: this came from the server itself and is stored already. */
export const ORIGIN = { source: 'local', skipStoreHooks: true } as const;

/** The copies that are to hear of every commit. They hold what is durable and nothing else. */
export class Replicas {
  private readonly pool: pg.Pool;
  private readonly attached = new Map<string, Replica>();

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  /**
   * Fills a copy and keeps it current. It hears of commits before it is filled from the log: whatever is committed while
   * the log is read comes to it twice rather than never, and twice changes nothing (P5).
   */
  async attach(name: string, replica: Replica): Promise<void> {
    this.attached.set(name, replica);
    try {
      await this.fill(name, replica);
    } catch (error) {
      this.detach(name, replica.doc);
      throw error;
    }
  }

  /** By identity: a newer copy under the same name stays. */
  detach(name: string, doc: Y.Doc): void {
    if (this.attached.get(name)?.doc === doc) this.attached.delete(name);
  }

  publish(name: string, update: Uint8Array): void {
    const replica = this.attached.get(name);
    if (!replica) return;
    Y.applyUpdate(replica.doc, update, ORIGIN);
    replica.flush();
  }

  /** After an unclear commit: what it wrote, if it did, reaches the copies from the log. */
  async resync(): Promise<void> {
    for (const [name, replica] of [...this.attached]) await this.fill(name, replica);
  }

  private async fill(name: string, replica: Replica): Promise<void> {
    const rows = await readState(this.pool, name);
    if (rows.length === 0) return;
    replica.doc.transact(() => {
      for (const { update } of rows) Y.applyUpdate(replica.doc, update);
    }, ORIGIN);
    replica.flush();
  }
}
