import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NOTES, type ImportNotes, type ImportResult } from '#features/conversation/imports/server/index.ts';
import { duration, format } from './progress.ts';

export interface Reported {
  /** What was typed: a path, or "-". */
  source: string;
  community: string;
  result: ImportResult;
  notes: ImportNotes;
  /** Milliseconds. */
  elapsed: number;
}

/** What an import came to, for the terminal and for the file beside it. */
export function describeImport({ source, community, result, notes, elapsed }: Reported): string {
  const { stopped, taken, there, people, channels } = result;
  const lines = [
    stopped
      ? `Stopped. What was taken stays; run the same command again and it goes on from there.`
      : `Done: ${source} is in "${community}".`,
    '',
    `  ${format(taken)} messages taken in ${duration(elapsed)}`,
    `  ${format(there)} were there already, or were erased here since`,
    `  ${format(people)} people wrote them; who is new to the community stands in it unclaimed`,
    '',
    ...channels.map(
      (channel) => `  #${channel.name}: ${format(channel.taken)} taken, ${format(channel.there)} there already`,
    ),
  ];
  const entries = notes.entries();
  if (entries.length > 0) lines.push('', 'Not taken as it stands:');
  for (const [code, { count, examples }] of entries) {
    lines.push(`  ${format(count)} ${NOTES[code].words}`);
    lines.push(...examples.map((example) => `      ${example}`));
    if (examples.length > 0 && count > examples.length) lines.push(`      …`);
  }
  return `${lines.join('\n')}\n`;
}

/** Keeps a report in the data folder, for its owner only: examples may hold what people wrote. @returns its path */
export function keepReport(dataDir: string, text: string, at: Date = new Date()): string {
  const folder = path.join(dataDir, 'imports');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${at.toISOString().replaceAll(':', '-')}.txt`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
