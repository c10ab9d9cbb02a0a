import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import * as z from 'zod';
import { COMMAND_VERSION, OLDEST_COMMAND_VERSION, type Actor } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Session } from '#kernel/session.ts';
import { MAX_BATCH, MAX_FRAME_BYTES, type Receipt } from '#kernel/wire.ts';
import type { Author } from '../author/author.ts';
import type { Gate } from '../gate/gate.ts';
import { upgradeIsOurs, type OriginSettings } from '../http/origin.ts';
import type { Access } from './access.ts';
import type { Away } from './away.ts';
import { FloodGuard } from './flood.ts';
import { nothingNewFrame, openedFrame, parseFrame, writtenFrame, type Asked } from './frames.ts';
import { Hub } from './hub.ts';
import { OpenDocuments } from './open-documents.ts';
import type { PlacesReader } from './places.ts';
import type { ReadMarks } from './read-marks.ts';
import { Rooms } from './rooms.ts';
import { Socket } from './socket.ts';

export interface ReplicationDependencies {
  settings: OriginSettings;
  registry: Registry;
  author: Author;
  gate: Gate;
  access: Access;
  places: PlacesReader;
  marks: ReadMarks;
  away: Away;
  pool: pg.Pool;
  log: Logger;
  sessionOf(headers: Headers): Promise<Session | null>;
  actorOf(userId: string): Promise<Actor | null>;
  /** Counts what was refused, by what it was. */
  onRefused?: (what: string) => void;
}

/** Refused documents before a socket that guesses is closed. */
const MAX_REFUSALS = 200;
/** Milliseconds between two signs of life; a device silent for two of them is gone. */
const HEARTBEAT = 25_000;
/** Bytes a device may be behind before it is closed; it catches up when it comes back. */
const MAX_BACKLOG = 16 * 1024 * 1024;

const CLOSED = {
  session: 4401,
  flood: 1008,
  malformed: 1007,
  text: 1003,
  slow: 1013,
  trouble: 1011,
  going: 1001,
} as const;

const ClientMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('commands'), commands: z.array(z.unknown()).min(1).max(MAX_BATCH) }),
  z.strictObject({ t: z.literal('read'), marks: z.array(z.tuple([z.string(), z.number()])).max(1000) }),
  z.strictObject({ t: z.literal('typing'), channel: z.string() }),
]);

/** Sockets: who may come in, what they say, and what reaches them. Speaks Hocuspocus' protocol for read-only documents. */
export class Replication {
  readonly hub: Hub;
  private readonly deps: ReplicationDependencies;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  private readonly rooms: Rooms;
  private readonly documents: OpenDocuments;
  private readonly answered = new Set<Socket>();
  /** Sockets with commands under way. */
  private readonly writing = new Set<Socket>();
  private corked: Socket[] = [];
  private readonly bySession = new Map<string, Set<Socket>>();
  private closing = false;
  /** Sessions whose sockets are being opened: one that ends meanwhile gets none. */
  private readonly entering = new Set<{ session: Session; ended: boolean }>();

  constructor(deps: ReplicationDependencies) {
    this.deps = deps;
    this.rooms = new Rooms(deps.pool);
    this.documents = new OpenDocuments({ ...deps, rooms: this.rooms });
    this.hub = new Hub({ ...deps, closeDocument: (socket, name, reason) => this.documents.shut(socket, name, reason) });
    deps.author.onPublish({
      publish: (name, update) => this.rooms.publish(name, update),
      sealed: ({ kind, owner, n }) => this.documents.follow(kind, owner, n),
      unclear: (names) => this.rooms.resend(names),
    });
    deps.author.onPublishing(() => {
      for (const socket of this.writing) {
        if (socket.inFlight > 0) this.corked.push(socket);
        else this.writing.delete(socket);
      }
      for (const socket of this.corked) socket.cork();
    });
    deps.author.onAnswered(() => {
      this.flushAnswered();
      for (const socket of this.corked) socket.uncork();
      this.corked = [];
    });
  }

  /** Takes an upgrade at /sync: an exact Origin, or a bearer token without one; then a session; then a socket. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const headers = headersOf(request);
    const isProgram = headers.has('authorization') && !headers.has('origin');
    if (!isProgram && !upgradeIsOurs(request, this.deps.settings)) return this.turnAway(stream, 403, 'origin');
    const session = await this.deps.sessionOf(headers);
    if (!session) return this.turnAway(stream, 401, 'session');
    const entering = { session, ended: false };
    this.entering.add(entering);
    const [actor, awaySince] = await Promise.all([
      this.deps.actorOf(session.userId),
      this.deps.away.since(session),
    ]).finally(() => this.entering.delete(entering));
    if (!actor || entering.ended) return this.turnAway(stream, 401, 'session');
    if (this.closing) return this.turnAway(stream, 503, 'closing');
    this.server.handleUpgrade(request, stream, head, (ws) => this.open(ws, stream, session, actor, awaySince));
  }

  /** Devices connected, and documents they have open. */
  figures(): { sockets: number; documents: number } {
    return { sockets: this.hub.sockets.size, documents: this.rooms.size };
  }

  /** Closes every socket of a session that ended. */
  endSession(sessionId: string): void {
    for (const entering of this.entering) if (entering.session.id === sessionId) entering.ended = true;
    for (const socket of this.bySession.get(sessionId) ?? []) {
      socket.tell({ t: 'closed', document: socket.personal, reason: 'session' });
      socket.close(CLOSED.session, 'session ended');
    }
  }

  /** A person's own name changed: it is what their next commands carry. */
  rename(user: string, name: string): void {
    for (const socket of this.hub.socketsOf(user)) socket.actor = { ...socket.actor, name };
  }

  /** Sends what was answered, then closes every socket. */
  async close(): Promise<void> {
    this.closing = true;
    this.hub.close();
    for (const socket of this.hub.sockets) {
      socket.sendReceipts();
      socket.close(CLOSED.going, 'the server is going away');
    }
    this.rooms.close();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private turnAway(stream: Duplex, status: number, what: string): void {
    this.deps.onRefused?.(`upgrade:${what}`);
    stream.end(`HTTP/1.1 ${status} ${status === 401 ? 'Unauthorized' : 'Refused'}\r\nConnection: close\r\n\r\n`);
  }

  private open(ws: WebSocket, stream: Duplex, session: Session, actor: Actor, awaySince: number | null): void {
    const socket = new Socket(ws, stream, ulid(), session, actor, awaySince);
    const flood = new FloodGuard();
    this.hub.add(socket);
    const ofSession = this.bySession.get(session.id) ?? new Set();
    this.bySession.set(session.id, ofSession.add(socket));
    let alive = true;
    const heartbeat = setInterval(() => {
      if (!alive) return socket.terminate();
      if (socket.backlog > MAX_BACKLOG) return socket.close(CLOSED.slow, 'too far behind');
      alive = false;
      this.deps.away.saw(session.device);
      ws.ping();
    }, HEARTBEAT);
    ws.on('pong', () => {
      alive = true;
    });
    ws.on('message', (data, isBinary) => this.receive(socket, flood, data, isBinary));
    ws.on('close', () => {
      clearInterval(heartbeat);
      this.deps.away.saw(session.device);
      this.hub.remove(socket);
      this.documents.closeAll(socket);
      this.answered.delete(socket);
      this.writing.delete(socket);
      ofSession.delete(socket);
      if (ofSession.size === 0) this.bySession.delete(session.id);
    });
    ws.on('error', (error: NodeJS.ErrnoException) => {
      this.deps.log.debug({ err: error }, 'a socket broke');
      // What the library itself refuses: too long, or not the protocol of sockets at all.
      if (error.code?.startsWith('WS_ERR_')) this.deps.onRefused?.('broken-frame');
    });
  }

  private receive(socket: Socket, flood: FloodGuard, data: RawData, isBinary: boolean): void {
    if (socket.closing) return;
    if (!isBinary || !Buffer.isBuffer(data)) {
      this.deps.onRefused?.('text-frame');
      return socket.close(CLOSED.text, 'binary frames only');
    }
    const payload = socket.ready ? socket.personalPayload(data) : null;
    try {
      if (payload) {
        if (!flood.take(data.length, false)) return this.closeFlood(socket);
        return this.hear(socket, readText(payload), payload.length);
      }
      const asked = parseFrame(data);
      if (!flood.take(data.length, asked.do === 'state' || asked.do === 'open')) return this.closeFlood(socket);
      this.serve(socket, asked).catch((error: unknown) => {
        this.deps.log.warn({ err: error }, 'a document could not be served; the device comes back for it');
        socket.close(CLOSED.trouble, 'try again');
      });
    } catch (error) {
      this.deps.log.debug({ err: error }, 'a malformed frame');
      this.deps.onRefused?.('malformed-frame');
      socket.close(CLOSED.malformed, 'malformed');
    }
  }

  private closeFlood(socket: Socket): void {
    this.deps.onRefused?.('flood');
    socket.tell({ t: 'closed', document: socket.personal, reason: 'flood' });
    socket.close(CLOSED.flood, 'too much at once');
  }

  private hear(socket: Socket, text: string, bytes: number): void {
    const message = ClientMessage.parse(JSON.parse(text));
    if (message.t === 'read') return this.hub.markRead(socket, message.marks);
    if (message.t === 'typing') return this.hub.tellTyping(socket, message.channel);
    this.writing.add(socket);
    const answer = (receipt: Receipt) => {
      if (!socket.keep(receipt)) return;
      // The author says when a batch of its answers is complete; what the gate answers itself goes with this turn of the loop.
      if (this.answered.size === 0) setImmediate(() => this.flushAnswered());
      this.answered.add(socket);
    };
    for (const command of message.commands) {
      this.deps.gate.submit(command, socket, answer, bytes);
    }
  }

  private flushAnswered(): void {
    for (const socket of this.answered) socket.sendReceipts();
    this.answered.clear();
  }

  private async serve(socket: Socket, asked: Asked): Promise<void> {
    const { document } = asked;
    if (document === socket.personal) {
      if (asked.do === 'open') return this.greet(socket);
      if (asked.do === 'state') return socket.send(nothingNewFrame(document));
    }
    if (asked.do === 'open') {
      if (await this.documents.open(socket, document)) return;
      this.deps.onRefused?.('document');
      if (++socket.refusals > MAX_REFUSALS) this.closeFlood(socket);
    } else if (asked.do === 'state') {
      // It asks and does not take the answers.
      if (socket.backlog > MAX_BACKLOG) return socket.close(CLOSED.slow, 'too far behind');
      await this.documents.answerState(socket, document, asked.vector);
    } else if (asked.do === 'close') this.documents.close(socket, document);
    else if (asked.do === 'write') {
      if (!asked.empty) this.deps.onRefused?.('document-write');
      socket.send(writtenFrame(document, asked.empty));
    } else this.deps.onRefused?.('frame');
  }

  private async greet(socket: Socket): Promise<void> {
    if (socket.greeted) return;
    socket.greeted = true;
    socket.send(openedFrame(socket.personal));
    const places = await this.deps.places.read({
      id: socket.actor.user,
      name: socket.actor.name,
      operator: socket.actor.operator,
    });
    socket.ready = true;
    socket.tell({
      t: 'hello',
      epoch: places.epoch,
      now: Date.now(),
      version: COMMAND_VERSION,
      oldest: OLDEST_COMMAND_VERSION,
      places,
    });
    this.hub.welcome(socket, places.communities);
  }
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A varString: its length in bytes, seven bits at a time, then UTF-8. */
function readText(bytes: Uint8Array): string {
  let length = 0;
  let place = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[place++];
    if (byte === undefined || shift > 28) throw new RangeError('a text without a length');
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (length < 0 || place + length > bytes.length) throw new RangeError('a text shorter than it says');
  return utf8.decode(bytes.subarray(place, place + length));
}
