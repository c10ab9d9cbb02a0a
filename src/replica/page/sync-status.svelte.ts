import type { SyncStatus } from '../api.ts';
import type { SyncState } from '../device/bus.ts';

/** What the leader says of the connection, beside what this page knows of the outbox. */
export class PageSync implements SyncStatus {
  #state = $state.raw<SyncState>({
    connection: navigator.onLine ? 'connecting' : 'offline',
    since: navigator.onLine ? null : Date.now(),
    left: 0,
    trouble: null,
    full: null,
  });
  #outboxFull = $state.raw(false);
  waiting = $state.raw(0);
  refused = $state.raw(0);
  readonly #retry: () => void;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  get connection(): SyncStatus['connection'] {
    return this.#state.connection;
  }

  get since(): number | null {
    return this.#state.since;
  }

  get left(): number {
    return this.#state.left;
  }

  get trouble(): SyncStatus['trouble'] {
    return this.#state.trouble;
  }

  get full(): SyncStatus['full'] {
    return this.#outboxFull ? { what: 'outbox', evicted: this.#state.full?.evicted ?? 0 } : this.#state.full;
  }

  hear(state: SyncState): void {
    this.#state = state;
  }

  noteOutboxFull(full: boolean): void {
    this.#outboxFull = full;
  }

  tryNow(): void {
    this.#retry();
  }
}
