import type { Places } from '#kernel/places.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { Connection } from './socket/connection.ts';
import { request } from './http.ts';

/** Reading scrolls through marks quickly: only the last ones are sent. Milliseconds. */
const GATHER = 400;

/** Sends read marks; a mark stays on the device until places say the server has it. */
export class Marks {
  readonly #db: DeviceDatabase;
  readonly #connection: Connection;
  readonly #places: () => Places | null;
  readonly #sent = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: DeviceDatabase, connection: Connection, places: () => Places | null) {
    this.#db = db;
    this.#connection = connection;
    this.#places = places;
  }

  /** Nothing that was sent before is known to have arrived. */
  restart(): void {
    this.#sent.clear();
    this.schedule();
  }

  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, GATHER);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Advances a mark on the device, for what this person wrote themselves. */
  async advance(marks: [channel: string, read: number][]): Promise<void> {
    await this.#db.transaction(['marks'], async (tables) => {
      for (const [channel, read] of marks) {
        const before = await tables.marks.get(channel);
        if (!before || before.read < read) await tables.marks.put({ channel, read });
      }
    });
    this.schedule();
  }

  /** Sends by a request, where sockets do not work. */
  async post(): Promise<void> {
    const marks = await this.#unsent();
    if (marks.length > 0) await request('/api/read-marks', { marks });
  }

  async #send(): Promise<void> {
    if (!this.#connection.socket) return;
    const marks = await this.#unsent();
    if (marks.length === 0) return;
    for (const [channel, read] of marks) this.#sent.set(channel, read);
    this.#connection.send({ t: 'read', marks });
  }

  async #unsent(): Promise<[channel: string, read: number][]> {
    const confirmed = new Map(
      (this.#places()?.communities ?? []).flatMap(({ channels }) =>
        channels.map(({ id, read }) => [id, read] as const),
      ),
    );
    const rows = await this.#db.marks.getAll();
    const arrived = rows.filter(({ channel, read }) => (confirmed.get(channel) ?? 0) >= read);
    await this.#db.marks.deleteMany(arrived.map(({ channel }) => channel));
    return rows
      .filter(
        (row) => !arrived.includes(row) && confirmed.has(row.channel) && (this.#sent.get(row.channel) ?? 0) < row.read,
      )
      .map(({ channel, read }) => [channel, read]);
  }
}
