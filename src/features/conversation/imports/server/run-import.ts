import { ulid } from '#kernel/ids.ts';
import type { RefusalCode } from '#kernel/refusals.ts';
import type { ImportedMessage } from '../imports.commands.ts';
import { ahead } from './ahead.ts';
import { toBatches, type ImportBatch } from './batches.ts';
import { ImportChannels, type ImportChannel, type PresentChannel } from './import-channels.ts';
import { ImportRefused, type ImportDoor } from './import-door.ts';
import type { ImportIds } from './import-ids.ts';
import type { ImportItem } from './items.ts';
import type { ImportNotes } from './notes.ts';
import { RecentMessages } from './recent-messages.ts';

export interface ImportRun {
  items: AsyncIterable<ImportItem>;
  ids: ImportIds;
  notes: ImportNotes;
  /** The community's id. */
  community: string;
  /** What it has already. */
  channels: readonly PresentChannel[];
  door: ImportDoor;
  /** Messages in one command; the most that it takes when absent. */
  size?: number | undefined;
  /** Ends the run after the command that is under way. */
  signal: AbortSignal;
  onProgress?: (messages: number) => void;
}

export interface ImportResult {
  /** Whether it ended before the source did. */
  stopped: boolean;
  taken: number;
  /** Taken by an earlier run, those among them that were erased since. */
  there: number;
  /** Authors. */
  people: number;
  channels: ImportChannel[];
}

/** Refusals that are about one message and not about the place. */
const ABOUT_MESSAGES: ReadonlySet<RefusalCode> = new Set([
  'malformed',
  'too_large',
  'storage',
  'screened',
  'taken',
  'gone',
]);

/** Batches that are read from the source while the server works on one. */
const READ_AHEAD = 3;

/**
 * Takes a source into a community. Commands go one after another, each after the answer to the one before, so that the
 * order is the source's whatever the server has to put off. Ids come from the source: what a killed run has sent is found
 * in place by the next, however either cuts the source into commands.
 */
export async function runImport(run: ImportRun): Promise<ImportResult> {
  const { items, ids, notes, community, door, signal } = run;
  const channels = new ImportChannels(run);
  const people = new Set<string>();
  let taken = 0;
  let there = 0;

  const batches = ahead(toBatches(items, { ids, notes, recent: new RecentMessages() }, run.size), READ_AHEAD);
  try {
    for await (const batch of batches) {
      if (signal.aborted) break;
      if (batch.kind === 'channel') await channels.describe(batch);
      else await take(batch);
    }
    if (!signal.aborted) await channels.finish();
  } catch (error) {
    // Stopping while the server makes us wait is stopping, too.
    if (!signal.aborted) throw error;
  }
  return { stopped: signal.aborted, taken, there, people: people.size, channels: channels.all };

  async function take(batch: ImportBatch): Promise<void> {
    const channel = await channels.open(batch.channel);
    const missing = channel.fresh ? batch.messages : await notThere(channel.id, batch.messages);
    const found = batch.messages.length - missing.length;
    there += found;
    channel.there += found;
    for (const { by } of batch.messages) people.add(by);
    if (missing.length > 0) await send(channel, batch, missing);
    run.onProgress?.(taken + there);
  }

  async function notThere(channel: string, messages: ImportedMessage[]): Promise<ImportedMessage[]> {
    const known = new Set(
      await door.known(
        channel,
        messages.map(({ id }) => id),
      ),
    );
    return messages.filter(({ id }) => !known.has(id));
  }

  /** One message that cannot be stored must not keep out the others: a refused batch is halved until it stands alone. */
  async function send(channel: ImportChannel, batch: ImportBatch, messages: ImportedMessage[]): Promise<void> {
    const args = { community, channel: channel.id, people: batch.people, messages };
    const receipt = await door.submit({ id: ulid(), name: 'import.messages', args, at: Date.now() });
    if (receipt.ok) {
      taken += messages.length;
      channel.taken += messages.length;
      return;
    }
    const { code, detail } = receipt.refused;
    if (!ABOUT_MESSAGES.has(code)) throw new ImportRefused(code, `messages for #${channel.name}`);
    if (messages.length === 1) {
      notes.add('refused', `after ${batch.where}: ${detail ? `${code}, ${detail}` : code}`);
      return;
    }
    const half = Math.ceil(messages.length / 2);
    await send(channel, batch, messages.slice(0, half));
    await send(channel, batch, messages.slice(half));
  }
}
