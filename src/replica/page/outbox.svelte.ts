import type { Outbox, OutboxItem } from '../api.ts';
import type { OutboxRow } from '../database/rows.ts';
import type { OutboxChanges } from './outbox-changes.ts';

export interface OutboxTools {
  placeName(row: OutboxRow): string;
  changes(): Promise<OutboxChanges>;
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
    await (await this.#tools.changes()).withdraw(id);
  }

  async retry(id: string): Promise<void> {
    await (await this.#tools.changes()).retry(id);
  }

  async edit(id: string, text: string): Promise<void> {
    await (await this.#tools.changes()).edit(id, text);
  }

  async discard(id: string): Promise<void> {
    await (await this.#tools.changes()).discard(id);
  }
}
