import path from 'node:path';
import { statSync } from 'node:fs';
import {
  createImportIds,
  ImportNotes,
  ImportRefused,
  openExportFolder,
  openExportZip,
  openSlack,
  readJsonl,
  runImport,
  UnusableExport,
  type ImportItem,
} from '#features/conversation/imports/server/index.ts';
import { Ending, EXIT, type Exit } from './ending.ts';
import { accessCommunity } from './import-community.ts';
import { describeImport, keepReport } from './import-report.ts';
import { openBytes } from './import-source.ts';
import { LocalClient } from './local-client.ts';
import { dataDir, typedPath } from './places.ts';
import { createProgress } from './progress.ts';
import { onStop } from './stopping.ts';

export interface ImportOptions {
  community: string;
  owner?: string | undefined;
  /** What tells this source from others of its kind; ids are made from it. */
  source?: string | undefined;
  /** Messages in one command; for those who know why. */
  batch?: number | undefined;
}

interface Source {
  kind: 'jsonl' | 'slack';
  name: string;
  items: AsyncIterable<ImportItem>;
  fraction(): number | undefined;
  close(): Promise<void>;
}

/** `import jsonl PATH` */
export function importJsonl(typed: string, options: ImportOptions & { channel?: string | undefined }): Promise<Exit> {
  return takeOver(typed, options, async (notes) => {
    const { bytes, fraction } = openBytes(typed === '-' ? typed : typedPath(typed));
    const name = options.source ?? (typed === '-' ? 'stdin' : plainName(typed));
    const items = readJsonl(bytes, { channel: options.channel, unnamed: name, notes });
    return { kind: 'jsonl', name, items, fraction, close: async () => undefined };
  });
}

/** `import slack PATH`, a folder or a zip. */
export function importSlack(typed: string, options: ImportOptions): Promise<Exit> {
  return takeOver(typed, options, async (notes) => {
    const place = typedPath(typed);
    const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory();
    if (isFolder === undefined) throw new Ending(EXIT.failed, `${typed} is not there.`);
    const files = isFolder ? await openExportFolder(place) : await openExportZip(place);
    const slack = await openSlack(files, notes);
    return {
      kind: 'slack',
      name: options.source ?? slack.team ?? plainName(typed),
      items: slack.items(),
      fraction: () => (slack.total === 0 ? undefined : slack.done / slack.total),
      close: () => files.close(),
    };
  });
}

async function takeOver(
  typed: string,
  options: ImportOptions,
  open: (notes: ImportNotes) => Promise<Source>,
): Promise<Exit> {
  const startedAt = performance.now();
  const notes = new ImportNotes();
  const progress = createProgress();
  const { signal, release } = onStop();
  const client = new LocalClient({ dataDir: dataDir(), signal, onWait: (words) => progress.say(words) });
  let source: Source | undefined;
  try {
    source = await open(notes);
    const { fraction } = source;
    const community = await accessCommunity(client, options);
    const result = await runImport({
      items: source.items,
      ids: createImportIds(community.id, source.kind, source.name),
      notes,
      community: community.id,
      channels: community.channels,
      door: client,
      size: options.batch,
      signal,
      onProgress: (messages) => progress.show(messages, fraction()),
    });
    progress.end();
    const report = describeImport({
      source: typed,
      community: community.name,
      result,
      notes,
      elapsed: performance.now() - startedAt,
    });
    process.stdout.write(`\n${report}\nThis report is kept in ${keepReport(dataDir(), report)}\n`);
    if (result.stopped) return EXIT.stopped;
    return notes.lost ? EXIT.incomplete : EXIT.done;
  } catch (error) {
    progress.end();
    throw inWords(error);
  } finally {
    release();
    client.close();
    await source?.close();
  }
}

function inWords(error: unknown): unknown {
  if (error instanceof UnusableExport) return new Ending(EXIT.failed, error.message);
  if (error instanceof ImportRefused) {
    return new Ending(
      EXIT.failed,
      `${error.message}\nWhat was taken before stays. Run the same command again to go on.`,
    );
  }
  return error;
}

/** `logs/ubuntu.jsonl.gz` → `ubuntu`: packed or not, here or there, it is the same source. */
function plainName(typed: string): string {
  return path.basename(typed).replace(/(?:\.(?:jsonl|ndjson|json|gz|zip))+$/i, '') || 'import';
}
