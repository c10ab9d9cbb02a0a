import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { MAX_FILE, MAX_FILES, UnusableExport, type ExportFiles } from './export-files.ts';

/** Text packs to a tenth at best, now and then to a fiftieth; what unpacks to more was made to fill memory. */
const MAX_RATIO = 200;
/** Below this an entry may have any ratio. */
const HARMLESS = 1024 * 1024;

/**
 * A packed export, read where it lies: nothing is written to the disk, so that no name in it can lead out of a folder.
 * Refused as a whole when it is built to fill memory: too many entries, entries that share their bytes, sizes no text has.
 */
export async function openExportZip(file: string): Promise<ExportFiles> {
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true, strictFileNames: true }).catch(
    (cause: unknown) => {
      throw new UnusableExport(`${file} is not a zip file that can be read: ${reasonOf(cause)}.`, { cause });
    },
  );
  try {
    const entries = await readEntries(zip);
    const root = rootOf([...entries.keys()]);
    const names = [...entries.keys()].filter((name) => name.startsWith(root)).map((name) => name.slice(root.length));
    return {
      names,
      text(name) {
        const entry = entries.get(root + name);
        if (!entry) throw new UnusableExport(`${name} is not in the export.`);
        return unpack(zip, entry);
      },
      close: async () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_FILES) throw new UnusableExport(`The zip holds more than ${MAX_FILES} files.`);
  const entries = new Map<string, Entry>();
  let packed = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      packed += entry.compressedSize;
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    throw new UnusableExport(`The zip cannot be taken: ${reasonOf(cause)}.`, { cause });
  }
  if (packed > zip.fileSize)
    throw new UnusableExport('The zip cannot be taken: its files share their bytes, as no packer writes them.');
  return entries;
}

/** Many tools pack the folder rather than its content. */
function rootOf(names: string[]): string {
  const channels = names
    .filter((name) => /^(?:[^/]+\/)?channels\.json$/.test(name))
    .sort((a, b) => a.length - b.length)[0];
  return channels ? channels.slice(0, -'channels.json'.length) : '';
}

async function unpack(zip: ZipFile, entry: Entry): Promise<string> {
  const { fileName, uncompressedSize, compressedSize } = entry;
  const swells = uncompressedSize > HARMLESS && uncompressedSize > compressedSize * MAX_RATIO;
  if (uncompressedSize > MAX_FILE || swells) {
    throw new UnusableExport(
      `${fileName} says it unpacks to ${uncompressedSize} bytes, which no day of messages does.`,
    );
  }
  try {
    // yauzl ends the stream with an error as soon as more comes out than the entry says.
    const stream = await zip.openReadStreamPromise(entry);
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  } catch (cause) {
    throw new UnusableExport(`${fileName} cannot be unpacked: ${reasonOf(cause)}.`, { cause });
  }
}

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
