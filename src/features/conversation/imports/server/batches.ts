import { MAX_IMPORT, type ImportedMessage } from '../imports.commands.ts';
import { prepareMessage, type ImportPerson, type Preparing } from './import-message.ts';
import type { ImportItem, SourceChannel } from './items.ts';

/** Messages of one channel, in the source's order, that travel in one command. */
export interface ImportBatch {
  kind: 'batch';
  /** The source's key. */
  channel: string;
  people: ImportPerson[];
  messages: ImportedMessage[];
  /** Where its first message stands in the source. */
  where: string;
}

/** UTF-16 units of text in one command, so that a batch of long messages is no huge one. */
const MAX_TEXT = 256 * 1024;
/** What the command takes. */
const MAX_PEOPLE = MAX_IMPORT * 4;
/** Messages held back in all channels together, whatever their number. */
const MAX_HELD = MAX_IMPORT * 8;

interface Open {
  people: Map<string, string>;
  messages: ImportedMessage[];
  text: number;
  where: string;
}

/**
 * Gathers a source's items into batches of up to `size` messages per channel. A channel's batches come in order; how the
 * source is cut into batches does not change any id.
 */
export async function* toBatches(
  items: AsyncIterable<ImportItem>,
  preparing: Preparing,
  size: number = MAX_IMPORT,
): AsyncGenerator<ImportBatch | SourceChannel> {
  const open = new Map<string, Open>();
  let held = 0;

  function* flush(channels: Iterable<string>): Generator<ImportBatch> {
    for (const channel of channels) {
      const batch = open.get(channel);
      if (!batch) continue;
      open.delete(channel);
      held -= batch.messages.length;
      const people = [...batch.people].map(([id, name]) => ({ id, name }));
      yield { kind: 'batch', channel, people, messages: batch.messages, where: batch.where };
    }
  }

  for await (const item of items) {
    if (item.kind === 'channel') {
      yield item;
      continue;
    }
    const prepared = prepareMessage(item, preparing);
    if (!prepared) continue;
    for (const message of prepared.parts) {
      const full = open.get(item.channel);
      const isFull =
        full &&
        (full.messages.length >= size ||
          full.text + message.body.length > MAX_TEXT ||
          full.people.size + prepared.people.length > MAX_PEOPLE);
      if (isFull) yield* flush([item.channel]);
      const batch: Open = open.get(item.channel) ?? { people: new Map(), messages: [], text: 0, where: item.where };
      open.set(item.channel, batch);
      batch.messages.push(message);
      batch.text += message.body.length;
      // Its author is first. Of more people than a command takes, the others' reactions count without a name.
      for (const { id, name } of prepared.people.slice(0, MAX_PEOPLE)) batch.people.set(id, name);
      held += 1;
    }
    if (held >= MAX_HELD) yield* flush([...open.keys()]);
  }
  yield* flush([...open.keys()]);
}
