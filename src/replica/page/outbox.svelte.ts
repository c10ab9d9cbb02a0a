import { ulid } from '#kernel/ids.ts';
import { refuse } from '#kernel/refusals.ts';
import type { Outbox, OutboxItem } from '../api.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import { change, undo } from '../outbox/follow-up.ts';

/** Nothing takes a command of this kind back once it was sent. */
export class AlreadySent extends Error {
  override name = 'AlreadySent';
}

export interface OutboxTools {
  db: DeviceDatabase;
  submit(name: string, args: Record<string, unknown>, options: { after?: string[] }): Promise<{ id: string }>;
  /** The arguments with another text, or undefined when the command has none. */
  withText(row: OutboxRow, text: string): Record<string, unknown> | undefined;
  placeName(row: OutboxRow): string;
  /** The outbox was changed: show it, and tell the leader. */
  changed(): Promise<void>;
}

function itemOf(row: OutboxRow, place: string): OutboxItem {
  return {
    id: row.id,
    name: row.envelope.name,
    args: row.envelope.args,
    writtenAt: row.envelope.at,
    state: row.state === 'refused' ? 'refused' : row.left ? 'sent' : 'waiting',
    ...(row.refusal ? { refusal: row.refusal } : {}),
    ...(row.waitUntil ? { waitUntil: row.waitUntil } : {}),
    text: row.text,
    place,
  };
}

/** What waits, was sent, or was refused, and what a person may do about it. */
export class PageOutbox implements Outbox {
  rows = $state.raw<readonly OutboxRow[]>([]);
  readonly #tools: OutboxTools;

  constructor(tools: OutboxTools) {
    this.#tools = tools;
  }

  get items(): readonly OutboxItem[] {
    return this.rows.filter(({ state }) => state !== 'accepted').map((row) => itemOf(row, this.#tools.placeName(row)));
  }

  async withdraw(id: string): Promise<void> {
    const taken = await this.#change(id, async (row) => {
      // What left this device once may have been applied: only an answer says otherwise (O2).
      if (row.left && row.state !== 'refused') return false;
      await this.#tools.db.outbox.delete(row.order);
      await this.#refuseDependants(id);
      return true;
    });
    if (taken) return;
    const row = await this.#tools.db.outbox.get({ id });
    if (!row) return;
    const next = undo({ id, name: row.envelope.name, args: row.envelope.args });
    if (!next) throw new AlreadySent(row.envelope.name);
    await this.#tools.submit(next.name, next.args, { after: [id] });
  }

  async retry(id: string): Promise<void> {
    await this.#change(id, async (row) => {
      if (row.state !== 'refused') return false;
      await this.#sendAgain(row, row.envelope.args, row.text);
      return true;
    });
  }

  async edit(id: string, text: string): Promise<void> {
    const edited = await this.#change(id, async (row) => {
      const args = this.#tools.withText(row, text);
      if (!args) throw new AlreadySent(`${row.envelope.name} has no text to change`);
      if (row.state === 'refused') await this.#sendAgain(row, args, text);
      else if (row.left) return false;
      else await this.#tools.db.outbox.put({ ...row, text, envelope: { ...row.envelope, args } });
      return true;
    });
    if (edited) return;
    const row = await this.#tools.db.outbox.get({ id });
    const next = row && change({ id, name: row.envelope.name, args: row.envelope.args }, text);
    if (!next) throw new AlreadySent(row?.envelope.name ?? id);
    await this.#tools.submit(next.name, next.args, { after: [id] });
  }

  async discard(id: string): Promise<void> {
    await this.#change(id, async (row) => {
      if (row.state !== 'refused') return false;
      await this.#tools.db.outbox.delete(row.order);
      return true;
    });
  }

  /** Changes a row if it may be changed, in a transaction that no sender can slip into. False: it was left as it is. */
  async #change(id: string, work: (row: OutboxRow) => Promise<boolean>): Promise<boolean> {
    const { db } = this.#tools;
    const done = await db.transaction('rw', db.outbox, async () => {
      const row = await db.outbox.get({ id });
      return row ? work(row) : true;
    });
    await this.#tools.changed();
    return done;
  }

  /** Queues a refused command under a new id, and with it what was refused only because of it (C4). */
  async #sendAgain(row: OutboxRow, args: Record<string, unknown>, text: string | null): Promise<void> {
    const { db } = this.#tools;
    const renamed = new Map<string, string>();
    const again = async (old: OutboxRow, oldArgs: Record<string, unknown>, oldText: string | null): Promise<void> => {
      const id = ulid();
      renamed.set(old.id, id);
      const { refusal: _refusal, waitUntil: _waitUntil, order: _order, ...rest } = old;
      const after = (old.envelope.after ?? []).flatMap((one) => renamed.get(one) ?? []);
      const { after: _after, ...envelope } = old.envelope;
      await db.outbox.delete(old.order);
      await db.outbox.add({
        ...rest,
        id,
        state: 'waiting',
        left: false,
        text: oldText,
        creates: old.creates.map((one) => renamed.get(one) ?? one),
        envelope: {
          ...envelope,
          id,
          args: rename(oldArgs, renamed),
          at: Date.now(),
          ...(after.length > 0 ? { after } : {}),
        },
      });
    };
    await again(row, args, text);
    for (const other of await db.outbox.orderBy('order').toArray()) {
      const follows = other.envelope.after?.some((one) => renamed.has(one));
      if (follows && other.state === 'refused' && other.refusal?.code === 'dependency')
        await again(other, other.envelope.args, other.text);
    }
  }

  async #refuseDependants(id: string): Promise<void> {
    const { db } = this.#tools;
    const gone = new Set([id]);
    for (const row of await db.outbox.orderBy('order').toArray()) {
      if (!row.envelope.after?.some((one) => gone.has(one)) || row.state === 'refused') continue;
      gone.add(row.id);
      await db.outbox.put({ ...row, state: 'refused', refusal: refuse('dependency') });
    }
  }
}

/** Arguments that name a command's record by its old id name it by the new one. */
function rename(args: Record<string, unknown>, renamed: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      typeof value === 'string' ? (renamed.get(value) ?? value) : value,
    ]),
  );
}
