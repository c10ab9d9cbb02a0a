import { createReadStream, statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Ending, EXIT } from './ending.ts';

export interface ByteSource {
  bytes: AsyncIterable<Uint8Array>;
  /** How much of the file has been read, 0 to 1; undefined for a pipe. */
  fraction(): number | undefined;
}

/** A file or `-`, packed by gzip or not: the first bytes tell, whatever its name says. */
export function openBytes(path: string): ByteSource {
  if (path === '-') return { bytes: unpacked(process.stdin), fraction: () => undefined };
  let size: number;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new Ending(EXIT.failed, `${path} is no file.`);
    size = stat.size;
  } catch (error) {
    if (error instanceof Ending) throw error;
    throw new Ending(EXIT.failed, `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const file = createReadStream(path);
  return { bytes: unpacked(file), fraction: () => (size === 0 ? 1 : Math.min(1, file.bytesRead / size)) };
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const whole = Readable.from(rejoined(first.value, chunks));
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  // An error at either end reaches whoever reads; that one reports it, so the callback has nothing left to say.
  yield* isGzip ? pipeline(whole, createGunzip(), () => undefined) : whole;
}

async function* rejoined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
