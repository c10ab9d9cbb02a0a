import * as decoding from 'lib0/decoding';

/** The format this device reads. */
const FORMAT = 1;

export type Frame =
  | { what: 'update' | 'snapshot'; document: string; pos: number; update: Uint8Array }
  | { what: 'done'; chain: string; pos: number; next: number }
  /** The answer was cut at the budget: ask again. */
  | { what: 'more' }
  /** Not readable any more: erase. */
  | { what: 'closed'; chain: string };

export interface Frames {
  epoch: string;
  frames: Frame[];
}

/** Reads an answer of `POST /api/catchup` or `GET /api/documents/…`. Throws on a format it does not know. */
export function readFrames(bytes: Uint8Array): Frames {
  const decoder = decoding.createDecoder(bytes);
  const format = decoding.readVarUint(decoder);
  if (format !== FORMAT) throw new TypeError(`catch-up format ${format} is not one this app reads`);
  const epoch = decoding.readVarString(decoder);
  const frames: Frame[] = [];
  while (decoding.hasContent(decoder)) frames.push(readOne(decoder));
  return { epoch, frames };
}

function readOne(decoder: decoding.Decoder): Frame {
  const kind = decoding.readVarUint(decoder);
  switch (kind) {
    case 1:
    case 2:
      return {
        what: kind === 1 ? 'update' : 'snapshot',
        document: decoding.readVarString(decoder),
        pos: decoding.readVarUint(decoder),
        update: decoding.readVarUint8Array(decoder),
      };
    case 3:
      return {
        what: 'done',
        chain: readChain(decoder),
        pos: decoding.readVarUint(decoder),
        next: decoding.readVarUint(decoder),
      };
    case 4:
      return { what: 'more' };
    case 5:
      return { what: 'closed', chain: readChain(decoder) };
    default:
      throw new TypeError(`catch-up frame ${kind} is not one this app reads`);
  }
}

function readChain(decoder: decoding.Decoder): string {
  const chain = decoding.readVarString(decoder);
  return `${chain}/${decoding.readVarString(decoder)}`;
}
