import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MAX_FILE, MAX_FILES, UnusableExport, type ExportFiles } from './export-files.ts';

/** An unpacked export. Links are passed over: one could lead anywhere on this machine. */
export async function openExportFolder(folder: string): Promise<ExportFiles> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) names.push(entry.name);
    if (!entry.isDirectory()) continue;
    for (const inner of await readdir(path.join(folder, entry.name), { withFileTypes: true })) {
      if (inner.isFile()) names.push(`${entry.name}/${inner.name}`);
    }
    if (names.length > MAX_FILES) throw new UnusableExport(`${folder} holds more than ${MAX_FILES} files.`);
  }
  const known = new Set(names);
  return {
    names,
    async text(name) {
      if (!known.has(name)) throw new UnusableExport(`${name} is not in the export.`);
      const file = path.join(folder, ...name.split('/'));
      const { size } = await lstat(file);
      if (size > MAX_FILE) throw new UnusableExport(`${name} is larger than ${MAX_FILE / 1024 / 1024} MiB.`);
      return readFile(file, 'utf8');
    },
    close: async () => undefined,
  };
}
