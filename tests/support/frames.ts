import * as encoding from 'lib0/encoding';

/** Frame types of the protocol, those nobody may send among them. */
export const TYPE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  syncReply: 4,
  stateless: 5,
  broadcastStateless: 6,
} as const;
export const STEP = { one: 0, two: 1, update: 2 } as const;

/** A frame as no honest device would make it. */
export function frame(
  document: string,
  type: number,
  write: (encoder: encoding.Encoder) => void = () => undefined,
): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, document);
    encoding.writeVarUint(encoder, type);
    write(encoder);
  });
}

export const syncFrame = (document: string, step: number, bytes: Uint8Array, type: number = TYPE.sync): Uint8Array =>
  frame(document, type, (encoder) => {
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, bytes);
  });

export const textFrame = (document: string, type: number, text: string): Uint8Array =>
  frame(document, type, (encoder) => encoding.writeVarString(encoder, text));
