import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The part of the Hocuspocus 4.7 protocol a read-only replica speaks. The stock provider would bring awareness, update
 * sending and a second copy of Yjs' event plumbing, none of which a device here has a use for.
 */
const SYNC = 0;
const AUTH = 2;
const STATELESS = 5;
const CLOSE = 7;
const PING = 9;
const PONG = 10;

const STEP_ONE = 0;
const STEP_TWO = 1;
const UPDATE = 2;

const TOKEN = 0;
const DENIED = 1;
const AUTHENTICATED = 2;

const PROVIDER_VERSION = '4.7.0';

export type Incoming =
  | { what: 'update'; document: string; update: Uint8Array; first: boolean }
  | { what: 'authenticated'; document: string }
  | { what: 'denied'; document: string; reason: string }
  | { what: 'stateless'; document: string; payload: string }
  | { what: 'closed'; document: string; reason: string }
  | { what: 'ping' }
  | { what: 'nothing' };

function frame(document: string, type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, type);
    write(encoder);
  });
}

/** Asks to attach a document. The cookie says who we are; the token is part of the protocol only. */
export const authFrame = (document: string): Uint8Array =>
  frame(document, AUTH, (encoder) => {
    encoding.writeVarUint(encoder, TOKEN);
    encoding.writeVarString(encoder, '');
    encoding.writeVarString(encoder, PROVIDER_VERSION);
  });

/** Says what this device has; the answer brings what it lacks. */
export const stepOneFrame = (document: string, stateVector: Uint8Array): Uint8Array =>
  frame(document, SYNC, (encoder) => {
    encoding.writeVarUint(encoder, STEP_ONE);
    encoding.writeVarUint8Array(encoder, stateVector);
  });

export const statelessFrame = (document: string, payload: string): Uint8Array =>
  frame(document, STATELESS, (encoder) => encoding.writeVarString(encoder, payload));

export const closeFrame = (document: string): Uint8Array => frame(document, CLOSE, () => undefined);

export const pongFrame = (): Uint8Array => encoding.encode((encoder) => encoding.writeVarUint(encoder, PONG));

/** Reads one frame. Throws on bytes that are none: the caller drops the connection. */
export function readFrame(bytes: Uint8Array): Incoming {
  if (bytes.length === 1 && bytes[0] === PING) return { what: 'ping' };
  const decoder = decoding.createDecoder(bytes);
  const document = decoding.readVarString(decoder);
  switch (decoding.readVarUint(decoder)) {
    case SYNC: {
      const step = decoding.readVarUint(decoder);
      if (step !== STEP_TWO && step !== UPDATE) return { what: 'nothing' };
      return { what: 'update', document, update: decoding.readVarUint8Array(decoder), first: step === STEP_TWO };
    }
    case AUTH: {
      const answer = decoding.readVarUint(decoder);
      if (answer === AUTHENTICATED) return { what: 'authenticated', document };
      return answer === DENIED
        ? { what: 'denied', document, reason: decoding.readVarString(decoder) }
        : { what: 'nothing' };
    }
    case STATELESS:
      return { what: 'stateless', document, payload: decoding.readVarString(decoder) };
    case CLOSE:
      return { what: 'closed', document, reason: decoding.readVarString(decoder) };
    default:
      return { what: 'nothing' };
  }
}
