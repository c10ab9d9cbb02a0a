import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { STEP } from './rooms.ts';
import { FRAME } from './socket.ts';

/** What a device may ask of a document. Anything else it could send would be an attempt to change one (D5). */
export type Asked =
  | { do: 'open'; document: string }
  | { do: 'state'; document: string; vector: Uint8Array }
  | { do: 'write'; document: string; empty: boolean }
  | { do: 'close'; document: string }
  | { do: 'nothing'; document: string };

/** An update without content, as a device in step answers the server's question with. */
const EMPTY_UPDATE_BYTES = 2;
/** Bytes of a state vector: one entry for each generation of the author. */
const MAX_VECTOR = 16 * 1024;

/** Reads a frame of Hocuspocus' protocol. Throws where it is malformed. */
export function parseFrame(frame: Uint8Array): Asked {
  const decoder = decoding.createDecoder(frame);
  const document = decoding.readVarString(decoder);
  const type = decoding.readVarUint(decoder);
  if (type === FRAME.auth) return { do: 'open', document };
  if (type === FRAME.close) return { do: 'close', document };
  if (type !== FRAME.sync && type !== FRAME.syncReply) return { do: 'nothing', document };
  const step = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  if (step !== STEP.askState) return { do: 'write', document, empty: bytes.length <= EMPTY_UPDATE_BYTES };
  if (bytes.length > MAX_VECTOR) throw new RangeError('a state vector too long to be one');
  return { do: 'state', document, vector: bytes };
}

function begin(document: string, type: number): encoding.Encoder {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, document);
  encoding.writeVarUint(encoder, type);
  return encoder;
}

const DENIED = 1;
const AUTHENTICATED = 2;

export function openedFrame(document: string): Uint8Array {
  const encoder = begin(document, FRAME.auth);
  encoding.writeVarUint(encoder, AUTHENTICATED);
  encoding.writeVarString(encoder, 'readonly');
  return encoding.toUint8Array(encoder);
}

/** One answer for forbidden, missing and unknown documents. */
export function deniedFrame(document: string): Uint8Array {
  const encoder = begin(document, FRAME.auth);
  encoding.writeVarUint(encoder, DENIED);
  encoding.writeVarString(encoder, 'unavailable');
  return encoding.toUint8Array(encoder);
}

export function closedFrame(document: string, reason: string): Uint8Array {
  const encoder = begin(document, FRAME.close);
  encoding.writeVarString(encoder, reason);
  return encoding.toUint8Array(encoder);
}

/** The answer to a device that asks about its own personal document, which holds nothing: it only wants to hear that we are here. */
export function nothingNewFrame(document: string): Uint8Array {
  const encoder = begin(document, FRAME.sync);
  encoding.writeVarUint(encoder, STEP.state);
  encoding.writeVarUint8Array(encoder, new Uint8Array(EMPTY_UPDATE_BYTES));
  return encoding.toUint8Array(encoder);
}

/** Whether an update was taken: never, unless there was nothing in it. */
export function writtenFrame(document: string, taken: boolean): Uint8Array {
  const encoder = begin(document, FRAME.syncStatus);
  encoding.writeVarUint(encoder, taken ? 1 : 0);
  return encoding.toUint8Array(encoder);
}
