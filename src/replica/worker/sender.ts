import { MAX_IN_FLIGHT, type Receipt } from '#kernel/wire.ts';
import type { DeviceDatabase } from '../database/database.ts';
import { flushLock } from '../device/locks.ts';
import { nextBatch } from '../outbox/batch.ts';
import { postOutbox } from '../outbox/post.ts';
import { keepReceipts, markLeaving, offerAgain, refuseRows, type Settled } from '../outbox/receipts.ts';
import type { Connection } from './socket/connection.ts';

export interface SenderEvents {
  /** The outbox changed: tell the pages. */
  changed(): void;
  settled(settled: Settled): void;
}

/** Sends the outbox while this device is connected. It holds the flush lock meanwhile, so that nobody else sends at once. */
export class Sender {
  readonly #account: string;
  readonly #db: DeviceDatabase;
  readonly #connection: Connection;
  readonly #events: SenderEvents;
  readonly #inFlight = new Set<string>();
  #release: (() => void) | null = null;
  #wake: ReturnType<typeof setTimeout> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #offset = 0;
  #connected = false;

  constructor(account: string, db: DeviceDatabase, connection: Connection, events: SenderEvents) {
    this.#account = account;
    this.#db = db;
    this.#connection = connection;
    this.#events = events;
  }

  /** The socket is ready; unanswered commands go again, which C1 makes safe. */
  connected(server: { now: number; version: number }): void {
    this.#offset = server.now - Date.now();
    this.#connected = true;
    this.#inFlight.clear();
    this.#inTurn(async () => {
      if (await offerAgain(this.#db, server.version)) this.#events.changed();
    });
    navigator.locks
      .request(flushLock(this.#account), () => {
        if (!this.#connected) return undefined;
        this.send();
        return new Promise<void>((resolve) => {
          this.#release = resolve;
        });
      })
      .catch((error: unknown) => {
        // The service worker takes the lock from a page that does not answer; the next connection asks for it again.
        if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
        this.#release = null;
      });
  }

  disconnected(): void {
    this.#connected = false;
    this.#inFlight.clear();
    clearTimeout(this.#wake);
    this.#release?.();
    this.#release = null;
  }

  /** Sends what may be sent now. */
  send(): void {
    this.#inTurn(() => this.#sendBatches());
  }

  receive(receipts: Receipt[]): void {
    for (const { id } of receipts) this.#inFlight.delete(id);
    this.#inTurn(async () => {
      const settled = await keepReceipts(this.#db, receipts, this.#toDeviceTime);
      this.#events.settled(settled);
      this.#events.changed();
      await this.#sendBatches();
    });
  }

  /** Sends by requests, where sockets do not work. */
  post(): void {
    this.#inTurn(async () => {
      await navigator.locks.request(flushLock(this.#account), { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        await postOutbox(this.#db, {
          toDeviceTime: this.#toDeviceTime,
          onSettled: (settled) => this.#events.settled(settled),
        });
      });
      this.#events.changed();
    });
  }

  readonly #toDeviceTime = (serverTime: number): number => serverTime - this.#offset;

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      // The database failed under us (a full device, a deleted database): the rows are as they were; the next turn reads them again.
      reportError(error);
    });
  }

  async #sendBatches(): Promise<void> {
    while (this.#connected && this.#release) {
      const room = MAX_IN_FLIGHT - this.#inFlight.size;
      const batch = nextBatch(await this.#db.outbox.getAll(), Date.now(), this.#inFlight, room);
      if (batch.refused.length > 0) {
        await refuseRows(this.#db, batch.refused);
        this.#events.changed();
        continue;
      }
      this.#wakeAt(batch.wakeAt);
      if (batch.rows.length === 0 || room <= 0) return;
      const rows = await markLeaving(this.#db, batch.rows);
      if (!this.#connected) return;
      for (const { id } of batch.rows) this.#inFlight.add(id);
      for (const { id } of batch.rows) if (!rows.some((row) => row.id === id)) this.#inFlight.delete(id);
      if (rows.length === 0) continue;
      this.#connection.send({ t: 'commands', commands: rows.map(({ envelope }) => envelope) });
      this.#events.changed();
    }
  }

  #wakeAt(time: number | null): void {
    clearTimeout(this.#wake);
    if (time !== null) this.#wake = setTimeout(() => this.send(), Math.max(0, time - Date.now()) + 5);
  }
}
