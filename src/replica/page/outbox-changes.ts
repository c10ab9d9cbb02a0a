import { AlreadySent } from '../api.ts';
import type { DeviceDatabase, Tables } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import { change, undo } from '../outbox/follow-up.ts';
import { refuseDependants, sendAgain } from '../outbox/resend.ts';

export interface OutboxChangesTools {
  device: DeviceDatabase;
  submit(name: string, args: Record<string, unknown>, options: { after?: string[] }): Promise<{ id: string }>;
  /** The arguments with another text, or undefined when the command has none. */
  withText(row: OutboxRow, text: string): Record<string, unknown> | undefined;
  /** The outbox was changed: show it, and tell the leader. */
  changed(): Promise<void>;
}

/** What a person may do about what waits, was sent, or was refused. */
export class OutboxChanges {
  readonly #tools: OutboxChangesTools;

  constructor(tools: OutboxChangesTools) {
    this.#tools = tools;
  }

  async withdraw(id: string): Promise<void> {
    const taken = await this.#change(id, async (row, tables) => {
      // What left this device once may have been applied: only an answer says otherwise (O2).
      if (row.left && row.state !== 'refused') return false;
      await tables.outbox.delete(row.order);
      await refuseDependants(tables, id);
      return true;
    });
    if (taken) return;
    const row = await this.#tools.device.outbox.getBy('id', id);
    if (!row) return;
    const next = undo({ id, name: row.envelope.name, args: row.envelope.args });
    if (!next) throw new AlreadySent(row.envelope.name);
    await this.#tools.submit(next.name, next.args, { after: [id] });
  }

  async retry(id: string): Promise<void> {
    await this.#change(id, async (row, tables) => {
      if (row.state !== 'refused') return false;
      await sendAgain(tables, row, row.envelope.args, row.text);
      return true;
    });
  }

  async edit(id: string, text: string): Promise<void> {
    const edited = await this.#change(id, async (row, tables) => {
      const args = this.#tools.withText(row, text);
      if (!args) throw new AlreadySent(`${row.envelope.name} has no text to change`);
      if (row.state === 'refused') await sendAgain(tables, row, args, text);
      else if (row.left) return false;
      else await tables.outbox.put({ ...row, text, envelope: { ...row.envelope, args } });
      return true;
    });
    if (edited) return;
    const row = await this.#tools.device.outbox.getBy('id', id);
    const next = row && change({ id, name: row.envelope.name, args: row.envelope.args }, text);
    if (!next) throw new AlreadySent(row?.envelope.name ?? id);
    await this.#tools.submit(next.name, next.args, { after: [id] });
  }

  async discard(id: string): Promise<void> {
    await this.#change(id, async (row, tables) => {
      if (row.state !== 'refused') return false;
      await tables.outbox.delete(row.order);
      return true;
    });
  }

  /** Changes a row if it may be changed, in a transaction that no sender can slip into. False: it was left as it is. */
  async #change(id: string, work: (row: OutboxRow, tables: Tables) => Promise<boolean>): Promise<boolean> {
    const done = await this.#tools.device.transaction(['outbox'], async (tables) => {
      const row = await tables.outbox.getBy('id', id);
      return row ? work(row, tables) : true;
    });
    await this.#tools.changed();
    return done;
  }
}
