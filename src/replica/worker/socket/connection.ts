import type { Places } from '#kernel/places.ts';
import type { ClientMessage, ServerMessage } from '#kernel/wire.ts';
import { Refused, request, SessionEnded, Unreachable } from '../http.ts';
import { SyncSocket } from './socket.ts';

/** Milliseconds between tries: doubled from the first to the last, with up to half of it at random. */
const FIRST_TRY = 500;
const LAST_TRY = 30_000;

export type ConnectionState = 'online' | 'connecting' | 'offline' | 'locked';

export interface ConnectionEvents {
  state(state: ConnectionState): void;
  message(message: ServerMessage): void;
  update(document: string, update: Uint8Array, first: boolean): void;
  denied(document: string, reason: string): void;
  /** Sockets do not work here but requests do: what `GET /api/places` said. */
  places(places: Places): void;
}

/** Keeps a socket to the server for as long as there is one to have, and tells why there is none. */
export class Connection {
  readonly #url: string;
  readonly #personal: string;
  readonly #events: ConnectionEvents;
  #socket: SyncSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;
  #probing = false;
  #state: ConnectionState = 'connecting';

  constructor(origin: string, user: string, events: ConnectionEvents) {
    this.#url = origin.replace(/^http/, 'ws') + '/sync';
    this.#personal = `me/${user}`;
    this.#events = events;
  }

  get socket(): SyncSocket | null {
    return this.#socket;
  }

  /** Tries now, whatever was planned. */
  tryNow(): void {
    if (this.#stopped || this.#socket || this.#probing) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  send(message: ClientMessage): void {
    this.#socket?.send(message);
  }

  /** The browser says that the network is gone; an open socket may take minutes to notice. */
  drop(): void {
    this.#socket?.close();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  #connect(): void {
    const socket = new SyncSocket(this.#url, this.#personal, {
      message: (message) => {
        if (message.t === 'hello') {
          this.#failures = 0;
          this.#become('online');
        }
        this.#events.message(message);
      },
      update: (document, update, first) => this.#events.update(document, update, first),
      denied: (document, reason) => {
        // Without the personal document there is nothing this socket is for.
        if (document === this.#personal) socket.close();
        else this.#events.denied(document, reason);
      },
      closed: () => {
        if (this.#socket === socket) this.#socket = null;
        if (this.#stopped) return;
        if (this.#state === 'online') this.#become('connecting');
        void this.#explain();
      },
    });
    this.#socket = socket;
  }

  /** A browser does not say why a socket could not be opened; a request does. */
  async #explain(): Promise<void> {
    this.#probing = true;
    try {
      const response = await request('/api/places');
      // The server is there: a restart, or a network that takes no sockets.
      if (this.#failures > 1) this.#events.places((await response.json()) as Places);
      this.#become('connecting');
    } catch (error) {
      if (error instanceof SessionEnded) this.#become('locked');
      else if (error instanceof Unreachable || error instanceof Refused || error instanceof SyntaxError)
        this.#become('offline');
      else throw error;
    } finally {
      this.#probing = false;
      this.#plan();
    }
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#events.state(state);
  }

  #plan(): void {
    if (this.#stopped) return;
    const pause = Math.min(LAST_TRY, FIRST_TRY * 2 ** this.#failures++);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.tryNow(), pause * (1 + Math.random() / 2));
  }
}
