import type { CloseReason } from '#kernel/wire.ts';
import type { Evicted } from '../database/room.ts';
import type { ChainName } from '../database/rows.ts';

/** What the leader knows about the connection; every page shows the same. */
export interface SyncState {
  connection: 'online' | 'connecting' | 'offline' | 'locked' | 'outdated';
  since: number | null;
  left: number;
  trouble: 'database' | null;
  full: { what: 'copy' | 'outbox'; evicted: number } | null;
}

/** What a page asks of the leader. */
export type Ask =
  | { want: 'segment'; chain: ChainName; n: number }
  | { want: 'segmentAt'; chain: ChainName; time: number }
  | { want: 'chain'; chain: ChainName }
  | { want: 'policy'; community: string };

export type Answer = { ok: boolean; no?: number };

/** Between pages, their workers and the service worker of one account. Nothing here is kept: the database is the truth. */
export type BusMessage =
  | { t: 'changed'; chain: ChainName; chunks: number[] }
  | { t: 'erased'; chain: ChainName; reason: CloseReason }
  | { t: 'evicted'; evicted: Evicted[] }
  /** Every copy was dropped: read again what is on the screen. */
  | { t: 'reset' }
  | { t: 'places' }
  | { t: 'outbox' }
  | { t: 'marks'; marks: [channel: string, read: number][] }
  | { t: 'draft'; channel: string; text: string }
  | { t: 'status'; status: SyncState }
  | { t: 'beat' }
  | { t: 'hello' }
  /** What a tab shows; `frugal`: on battery, or asked to save data. */
  | { t: 'interest'; tab: string; chains: ChainName[]; visible: boolean; frugal: boolean }
  | { t: 'bye'; tab: string }
  | { t: 'ask'; id: string; ask: Ask }
  | { t: 'answer'; id: string; answer: Answer }
  | { t: 'typing'; channel: string; user: string; name: string }
  | { t: 'sendTyping'; channel: string }
  | { t: 'try' }
  /** The browser told a page that the network is gone; not every browser tells workers. */
  | { t: 'offline' }
  | { t: 'stop' };

/** One account's broadcast channel on this device. A message reaches every other end, never the one that sent it. */
export class Bus {
  readonly #channel: BroadcastChannel;
  readonly #listeners = new Set<(message: BusMessage) => void>();
  #open = true;

  constructor(account: string) {
    this.#channel = new BroadcastChannel(`hearth-${account}`);
    this.#channel.onmessage = (event: MessageEvent<BusMessage>) => {
      for (const listener of [...this.#listeners]) listener(event.data);
    };
  }

  send(message: BusMessage): void {
    if (this.#open) this.#channel.postMessage(message);
  }

  listen(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#open = false;
    this.#listeners.clear();
    this.#channel.close();
  }
}
