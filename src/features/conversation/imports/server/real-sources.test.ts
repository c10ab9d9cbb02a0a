import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { importMessages } from '../imports.commands.ts';
import { toBatches } from './batches.ts';
import { openExportFolder } from './export-folder.ts';
import { createImportIds } from './import-ids.ts';
import type { ImportItem } from './items.ts';
import { readJsonl } from './jsonl.ts';
import { ImportNotes } from './notes.ts';
import { RecentMessages } from './recent-messages.ts';
import { openSlack } from './slack.ts';

/** Real conversations that are not part of the project: these tests run where they lie beside it. */
const data = path.resolve(import.meta.dirname, '../../../../../../shared/data');
const isHere = existsSync(data);
if (!isHere) process.stderr.write(`Real data is not at ${data}: tests with it are skipped.\n`);

const community = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** Every command the source makes parses; what comes out is what was counted. */
async function count(items: AsyncIterable<ImportItem>, notes: ImportNotes) {
  const ids = createImportIds(community, 'jsonl', 'test');
  const seen = new Set<string>();
  const people = new Set<string>();
  let replies = 0;
  for await (const batch of toBatches(items, { ids, notes, recent: new RecentMessages() })) {
    if (batch.kind === 'channel') continue;
    importMessages.args.parse({
      community,
      channel: ids.channel(batch.channel),
      people: batch.people,
      messages: batch.messages,
    });
    for (const { id, by, reply } of batch.messages) {
      expect(reply === undefined || seen.has(reply)).toBe(true);
      seen.add(id);
      people.add(by);
      if (reply) replies += 1;
    }
  }
  return { messages: seen.size, people: people.size, replies };
}

function jsonl(name: string, notes: ImportNotes) {
  const file = createReadStream(path.join(data, 'chat', `${name}.jsonl.gz`));
  return count(readJsonl(file.pipe(createGunzip()), { unnamed: name, notes }), notes);
}

test.skipIf(!isHere)(
  '13 years of #ubuntu: every one of 123,611 lines is a message or counted',
  { timeout: 60_000 },
  async () => {
    const notes = new ImportNotes();
    const { messages, people, replies } = await jsonl('irc-ubuntu-annotated', notes);
    expect(messages + notes.count('notice') + notes.count('empty')).toBe(123_611);
    expect([notes.count('empty'), notes.lost]).toEqual([13, false]);
    expect(messages).toBeGreaterThan(110_000);
    expect(people).toBeGreaterThan(9_700);
    expect(replies + notes.count('reply')).toBeGreaterThan(28_000);
  },
);

test.skipIf(!isHere)(
  'a Discord server: every one of 16,664 lines is a message or counted',
  { timeout: 60_000 },
  async () => {
    const notes = new ImportNotes();
    const { messages, replies } = await jsonl('discord-meshcore', notes);
    expect(messages + notes.count('notice') + notes.count('empty')).toBe(16_664);
    expect(replies).toBeGreaterThan(4_000);
    expect(notes.lost).toBe(false);
  },
);

test.skipIf(!isHere)('a Slack export: every one of 716 items is a message or counted', async () => {
  const notes = new ImportNotes();
  const slack = await openSlack(await openExportFolder(path.join(data, 'exports', 'slack-houstondatavis')), notes);
  const { messages, people } = await count(slack.items(), notes);
  expect(messages + notes.count('notice') + notes.count('empty')).toBe(716);
  expect(notes.lost).toBe(false);
  expect(people).toBeGreaterThan(10);
});
