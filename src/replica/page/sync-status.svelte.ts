import type { SyncStatus } from '../api.ts';
import type { OutboxRow } from '../database/rows.ts';
import type { SyncState } from '../device/bus.ts';

/** What goes out sooner than this has not waited, in milliseconds: saying so would only flicker. */
const MOMENT = 1_000;

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
  #late = $state.raw(false);
  /** When the oldest of what waits was written. */
  #oldest = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #retry: () => void;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  get connection(): SyncStatus['connection'] {
    return this.#state.connection;
  }

  get stalled(): boolean {
    return this.connection !== 'online' || this.#late;
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

  /** @param rows what is on the disk */
  countOutbox(rows: readonly OutboxRow[]): void {
    const waiting = rows.filter(({ state }) => state === 'waiting' || state === 'sent');
    this.waiting = waiting.length;
    this.refused = rows.filter(({ state }) => state === 'refused').length;
    this.#oldest = Math.min(...waiting.map(({ envelope }) => envelope.at));
    if (waiting.length === 0) this.#late = false;
    else this.#timer ??= setTimeout(() => this.#lookAtClock(), MOMENT);
  }

  #lookAtClock(): void {
    this.#late = Date.now() - this.#oldest >= MOMENT;
    this.#timer = this.#late || this.waiting === 0 ? undefined : setTimeout(() => this.#lookAtClock(), MOMENT);
  }

  noteOutboxFull(full: boolean): void {
    this.#outboxFull = full;
  }

  tryNow(): void {
    this.#retry();
  }
}
