import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { FRAME } from './socket.ts';

/** What a device may put into documents: nothing. These are the frames that would try. */
export type Judged =
  { do: 'pass'; asksState: boolean } | { do: 'drop' } | { do: 'answer'; frame: Uint8Array; refused: boolean };

/** An update without content, as a device in step answers the server's question with. */
const EMPTY_UPDATE_BYTES = 2;

/**
 * Looks at a frame before Hocuspocus does. Replicas are read-only: an update is answered here without decoding it (D5),
 * because Hocuspocus would compare it with a snapshot of the whole document first, which a flood could use.
 */
export function judgeFrame(frame: Uint8Array): Judged {
  const decoder = decoding.createDecoder(frame);
  const name = decoding.readVarString(decoder);
  const type = decoding.readVarUint(decoder);
  if (type === FRAME.auth || type === FRAME.close) return { do: 'pass', asksState: false };
  if (type !== FRAME.sync && type !== FRAME.syncReply) return { do: 'drop' };
  const step = decoding.readVarUint(decoder);
  if (step === 0) return { do: 'pass', asksState: true };
  const update = decoding.readVarUint8Array(decoder);
  const nothingNew = update.length <= EMPTY_UPDATE_BYTES;
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, name);
  encoding.writeVarUint(encoder, FRAME.syncStatus);
  encoding.writeVarUint(encoder, nothingNew ? 1 : 0);
  return { do: 'answer', frame: encoding.toUint8Array(encoder), refused: !nothingNew };
}
