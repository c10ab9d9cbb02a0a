import type { Duplex } from 'node:stream';
import * as encoding from 'lib0/encoding';
import type WebSocket from 'ws';
import type { Actor } from '#kernel/commands.ts';
import type { PlacesPatch } from '#kernel/places.ts';
import type { Session } from '#kernel/session.ts';
import type { Receipt, ServerMessage } from '#kernel/wire.ts';
import type { Door } from '../gate/door.ts';

/** Frame types of Hocuspocus' protocol. */
export const FRAME = { sync: 0, awareness: 1, auth: 2, syncReply: 4, stateless: 5, close: 7, syncStatus: 8 } as const;

/** Milliseconds a device has to answer that it is being closed. */
const GOODBYE = 800;

/** One connected device: its door for commands, what it has open, and what waits to be told to it. */
export class Socket implements Door {
  readonly id: string;
  readonly session: Session;
  readonly awaySince: number | null;
  readonly openedAt = Date.now();
  readonly device: string;
  actor: Actor;
  inFlight = 0;
  /** Whether `me/<user>` is attached: before that nothing is taken from it and nothing told to it. */
  ready = false;
  greeted = false;
  /** Documents it was let into, or is being let into; what is not in here gets no answer. */
  readonly opened = new Set<string>();
  /** The decision about each of them. */
  readonly opening = new Map<string, Promise<boolean>>();
  /** Communities it is in → channels it may read there. */
  readonly readable = new Map<string, Set<string>>();
  /** Communities that changed for this person before it was ready to be told. */
  readonly missed = new Set<string>();
  refusals = 0;
  /** The last answer to a question for a document's state. */
  turn: Promise<unknown> = Promise.resolve();
  /** Told to go: what it still sends is not heard. */
  closing = false;
  private readonly ws: WebSocket;
  private readonly stream: Duplex;
  private readonly address: Uint8Array;
  private receipts: Receipt[] = [];

  constructor(ws: WebSocket, stream: Duplex, id: string, session: Session, actor: Actor, awaySince: number | null) {
    this.ws = ws;
    this.stream = stream;
    this.id = id;
    this.session = session;
    this.device = session.device;
    this.actor = actor;
    this.awaySince = awaySince;
    this.address = addressOf(`me/${actor.user}`);
  }

  get personal(): string {
    return `me/${this.actor.user}`;
  }

  /** Whether a frame is a stateless message on this person's own document, and where its payload starts. */
  personalPayload(frame: Uint8Array): Uint8Array | null {
    const { address } = this;
    if (frame.length <= address.length + 1 || frame[address.length] !== FRAME.stateless) return null;
    for (let place = 0; place < address.length; place++) if (frame[place] !== address[place]) return null;
    return frame.subarray(address.length + 1);
  }

  /** Keeps a receipt until the batch it belongs to is answered. @returns whether it is the first one kept */
  keep(receipt: Receipt): boolean {
    this.receipts.push(receipt);
    return this.receipts.length === 1;
  }

  /** What is sent from here to `uncork` leaves in one system call: an update, and the receipts of what is in it. */
  cork(): void {
    this.stream.cork();
  }

  uncork(): void {
    this.stream.uncork();
  }

  sendReceipts(): void {
    if (this.receipts.length === 0) return;
    const { receipts } = this;
    this.receipts = [];
    this.tell({ t: 'receipts', receipts });
  }

  tellPatch(patch: PlacesPatch): void {
    this.tell({ t: 'places', patch });
  }

  tell(message: ServerMessage): void {
    this.tellText(JSON.stringify(message));
  }

  /** A message that was made into text once for many. */
  tellText(text: string): void {
    if (!this.ready) return;
    const encoder = encoding.createEncoder();
    encoding.writeUint8Array(encoder, this.address);
    encoding.writeVarUint(encoder, FRAME.stateless);
    encoding.writeVarString(encoder, text);
    this.send(encoding.toUint8Array(encoder));
  }

  send(frame: Uint8Array): void {
    if (this.ws.readyState === this.ws.OPEN) this.ws.send(frame);
  }

  /**
   * Sends a message that was framed once for many (`framed`). It goes to the stream as it is: the library would make a header
   * and a second buffer for each of them. Without compression it never holds a frame back, so order is kept.
   */
  sendFramed(frame: Buffer): void {
    if (this.ws.readyState === this.ws.OPEN) this.stream.write(frame);
  }

  /** Bytes that wait because the device does not take them. */
  get backlog(): number {
    return this.ws.bufferedAmount;
  }

  /** Nothing is taken from it from here on; one that does not answer the goodbye loses its connection all the same. */
  close(code: number, reason: string): void {
    if (this.closing) return;
    this.closing = true;
    this.ws.close(code, reason);
    setTimeout(() => this.ws.terminate(), GOODBYE).unref();
  }

  terminate(): void {
    this.ws.terminate();
  }
}

const FINAL_BINARY = 0x82;
/** Longest payloads whose length fits into the first header, and into the second (RFC 6455, 5.2). */
const SHORT = 125;
const MEDIUM = 0xffff;

/** A binary message as it stands on the wire from a server: unmasked, in one piece. */
export function framed(message: Uint8Array): Buffer {
  const { length } = message;
  const header = length <= SHORT ? 2 : length <= MEDIUM ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_BINARY;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = SHORT + 1;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = SHORT + 2;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(message, header);
  return frame;
}

function addressOf(name: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, name);
  return encoding.toUint8Array(encoder);
}
