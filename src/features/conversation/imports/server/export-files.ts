/** The files of an export, wherever they lie. Names are relative, with `/`, and were all read from the place itself. */
export interface ExportFiles {
  readonly names: readonly string[];
  /** The whole text of one of `names`. Throws in words when it cannot be read or is too large. */
  text(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Bytes of one file of an export, unpacked: a day of a channel is held in memory while it is read. */
export const MAX_FILE = 64 * 1024 * 1024;
/** Files in one export. */
export const MAX_FILES = 200_000;

/** An export that cannot be used at all, in words for whoever started the import. */
export class UnusableExport extends Error {
  override readonly name = 'UnusableExport';
}
