import type { ClientMessage, ServerMessage } from '#kernel/wire.ts';
import { authFrame, closeFrame, pongFrame, readFrame, statelessFrame, stepOneFrame } from '../protocol.ts';

/** The state vector of an empty document. */
const EMPTY_VECTOR = new Uint8Array([0]);

/** Shorter than the server's idle limit of a minute; an answer must come within twice that. Milliseconds. */
const KEEP_ALIVE = 20_000;

export interface SocketEvents {
  message(message: ServerMessage): void;
  /** `first` answers what `attach` asked: the document is complete now. */
  update(document: string, update: Uint8Array, first: boolean): void;
  /** The server does not let us have this document (any more). */
  denied(document: string, reason: string): void;
  /** The connection is over. `opened`: it had been established. */
  closed(opened: boolean): void;
}

/** One connection to `/sync`: the personal document for messages, and the attached documents. It never reconnects itself. */
export class SyncSocket {
  readonly #socket: WebSocket;
  readonly #personal: string;
  readonly #events: SocketEvents;
  readonly #attached = new Map<string, Uint8Array>();
  #opened = false;
  #over = false;
  #heard = Date.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, personal: string, events: SocketEvents) {
    this.#personal = personal;
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#start();
    this.#socket.onmessage = (event: MessageEvent<ArrayBuffer>) => this.#receive(new Uint8Array(event.data));
    this.#socket.onclose = () => this.#end();
  }

  /** Attaches a document, telling the server what we have of it; attaching twice changes nothing. */
  attach(document: string, stateVector: Uint8Array): void {
    if (this.#attached.has(document)) return;
    this.#attached.set(document, stateVector);
    if (this.#opened) this.#greet(document, stateVector);
  }

  detach(document: string): void {
    if (this.#attached.delete(document) && this.#opened) this.#write(closeFrame(document));
  }

  isAttached(document: string): boolean {
    return this.#attached.has(document);
  }

  /** Asks again for what is missing of an attached document. */
  ask(document: string, stateVector: Uint8Array): void {
    if (this.#attached.has(document)) this.#write(stepOneFrame(document, stateVector));
  }

  send(message: ClientMessage): void {
    this.#write(statelessFrame(this.#personal, JSON.stringify(message)));
  }

  close(): void {
    this.#socket.close();
    this.#end();
  }

  #start(): void {
    this.#opened = true;
    this.#heard = Date.now();
    this.#greet(this.#personal, EMPTY_VECTOR);
    for (const [document, stateVector] of this.#attached) this.#greet(document, stateVector);
    this.#timer = setInterval(() => this.#keepAlive(), KEEP_ALIVE);
  }

  #greet(document: string, stateVector: Uint8Array): void {
    this.#write(authFrame(document));
    this.#write(stepOneFrame(document, stateVector));
  }

  #keepAlive(): void {
    if (Date.now() - this.#heard > 2 * KEEP_ALIVE + 5_000) this.close();
    else this.#write(stepOneFrame(this.#personal, EMPTY_VECTOR));
  }

  #receive(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#heard = Date.now();
    const incoming = readFrame(bytes);
    switch (incoming.what) {
      case 'ping':
        return this.#write(pongFrame());
      case 'update':
        if (incoming.document !== this.#personal && this.#attached.has(incoming.document)) {
          this.#events.update(incoming.document, incoming.update, incoming.first);
        }
        return;
      case 'stateless':
        return this.#events.message(JSON.parse(incoming.payload) as ServerMessage);
      case 'denied':
      case 'closed':
        this.#attached.delete(incoming.document);
        return this.#events.denied(incoming.document, incoming.reason);
      default:
        return;
    }
  }

  #write(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#events.closed(this.#opened);
  }
}
