import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Hocuspocus, type Connection } from '@hocuspocus/server';
import type pg from 'pg';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import * as z from 'zod';
import { COMMAND_VERSION, OLDEST_COMMAND_VERSION, type Actor } from '#kernel/commands.ts';
import { parseDocumentName } from '#kernel/documents.ts';
import { ulid } from '#kernel/ids.ts';
import type { Registry } from '#kernel/registry.ts';
import type { Session } from '#kernel/session.ts';
import { MAX_BATCH, MAX_FRAME_BYTES, type CloseReason } from '#kernel/wire.ts';
import type { Author } from '../author/author.ts';
import type { Gate } from '../gate/gate.ts';
import { upgradeIsOurs, type OriginSettings } from '../http/origin.ts';
import type { Access } from './access.ts';
import { Away } from './away.ts';
import { FloodGuard } from './flood.ts';
import { judgeFrame } from './frames.ts';
import { Hub } from './hub.ts';
import type { PlacesReader } from './places.ts';
import type { ReadMarks } from './read-marks.ts';
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

/** Documents one socket may have open: what is on screen, many times over. */
const MAX_OPEN = 128;
/** Refused documents before a socket that guesses is closed. */
const MAX_REFUSALS = 200;
/** Milliseconds between two signs of life; a device silent for two of them is gone. */
const HEARTBEAT = 25_000;
/** Bytes a device may be behind before it is closed; it catches up when it comes back. */
const MAX_BACKLOG = 16 * 1024 * 1024;

const CLOSED = { session: 4401, flood: 1008, malformed: 1007, text: 1003, slow: 1013, going: 1001 } as const;

const ClientMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('commands'), commands: z.array(z.unknown()).min(1).max(MAX_BATCH) }),
  z.strictObject({ t: z.literal('read'), marks: z.array(z.tuple([z.string(), z.number()])).max(1000) }),
  z.strictObject({ t: z.literal('typing'), channel: z.string() }),
]);

type ClientConnection = ReturnType<Hocuspocus<Context>['handleConnection']>;

interface Context {
  socket: Socket;
}

/** Sockets: who may come in, what they may open, and what reaches them. Documents themselves go through Hocuspocus. */
export class Replication {
  readonly hub: Hub;
  private readonly deps: ReplicationDependencies;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  private readonly hocuspocus: Hocuspocus<Context>;
  private readonly connections = new Map<Socket, Map<string, Connection<Context>>>();
  private readonly answered = new Set<Socket>();
  /** Sockets with commands under way. */
  private readonly writing = new Set<Socket>();
  private corked: Socket[] = [];
  private readonly bySession = new Map<string, Set<Socket>>();
  private closing = false;

  constructor(deps: ReplicationDependencies) {
    this.deps = deps;
    this.hub = new Hub({ ...deps, closeDocument: (socket, name, reason) => this.closeDocument(socket, name, reason) });
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
    this.hocuspocus = new Hocuspocus<Context>({
      quiet: true,
      timeout: HEARTBEAT * 3,
      unloadImmediately: true,
      maxPendingDocuments: MAX_OPEN,
      maxUnauthenticatedQueueSize: MAX_FRAME_BYTES,
      onAuthenticate: async ({ documentName, connectionConfig, context }) => {
        connectionConfig.readOnly = true;
        await this.admit(context.socket, documentName);
      },
      onLoadDocument: async ({ document, documentName }) => {
        if (documentName.startsWith('me/')) return;
        document.on('destroy', () => this.deps.author.replicas.detach(documentName, document));
        await this.deps.author.replicas.attach(documentName, { doc: document, flush: () => void document.flush() });
      },
      // Right before the first answer, and before every later one: what was taken away while it loaded stays away (A4).
      beforeSync: async ({ documentName, context }) => {
        if (context.socket.revoked.has(documentName)) throw new Unavailable();
      },
      connected: async ({ documentName, context, connection }) => {
        await this.attached(context.socket, documentName, connection as Connection<Context>);
      },
      onDisconnect: async ({ documentName, context }) => {
        context.socket.opened.delete(documentName);
        context.socket.revoked.delete(documentName);
        this.connections.get(context.socket)?.delete(documentName);
      },
    });
  }

  /** Takes an upgrade at /sync: an exact Origin, or a bearer token without one; then a session; then a socket. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const headers = headersOf(request);
    const isProgram = headers.has('authorization') && !headers.has('origin');
    if (!isProgram && !upgradeIsOurs(request, this.deps.settings)) return this.turnAway(stream, 403, 'origin');
    const session = await this.deps.sessionOf(headers);
    const actor = session && (await this.deps.actorOf(session.userId));
    if (!session || !actor) return this.turnAway(stream, 401, 'session');
    if (this.closing) return this.turnAway(stream, 503, 'closing');
    const awaySince = await this.deps.away.since(session);
    this.server.handleUpgrade(request, stream, head, (ws) => this.open(ws, stream, request, session, actor, awaySince));
  }

  /** Devices connected, and documents they have open. */
  figures(): { sockets: number; documents: number } {
    return { sockets: this.hub.sockets.size, documents: this.hocuspocus.documents.size };
  }

  /** Closes every socket of a session that ended. */
  endSession(sessionId: string): void {
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
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private turnAway(stream: Duplex, status: number, what: string): void {
    this.deps.onRefused?.(`upgrade:${what}`);
    stream.end(`HTTP/1.1 ${status} ${status === 401 ? 'Unauthorized' : 'Refused'}\r\nConnection: close\r\n\r\n`);
  }

  private open(
    ws: WebSocket,
    stream: Duplex,
    request: IncomingMessage,
    session: Session,
    actor: Actor,
    awaySince: number | null,
  ): void {
    const socket = new Socket(ws, stream, ulid(), session, actor, awaySince);
    const flood = new FloodGuard();
    this.connections.set(socket, new Map());
    this.hub.add(socket);
    const ofSession = this.bySession.get(session.id) ?? new Set();
    this.bySession.set(session.id, ofSession.add(socket));
    const client = this.hocuspocus.handleConnection(
      ws as never,
      new Request(`http://${request.headers.host ?? 'localhost'}/sync`),
      { socket },
    );
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
      client.lastMessageReceivedAt = Date.now();
    });
    ws.on('message', (data, isBinary) => this.receive(socket, client, flood, data, isBinary));
    ws.on('close', (code, reason) => {
      clearInterval(heartbeat);
      this.deps.away.saw(session.device);
      this.hub.remove(socket);
      this.connections.delete(socket);
      this.answered.delete(socket);
      this.writing.delete(socket);
      ofSession.delete(socket);
      if (ofSession.size === 0) this.bySession.delete(session.id);
      client.handleClose({ code, reason: reason.toString() });
    });
    ws.on('error', (error) => this.deps.log.debug({ err: error }, 'a socket broke'));
  }

  private receive(socket: Socket, client: ClientConnection, flood: FloodGuard, data: RawData, isBinary: boolean): void {
    if (!isBinary || !Buffer.isBuffer(data)) return socket.close(CLOSED.text, 'binary frames only');
    const payload = socket.ready ? socket.personalPayload(data) : null;
    try {
      if (payload) {
        if (!flood.take(data.length, false)) return this.closeFlood(socket);
        return this.hear(socket, readText(payload));
      }
      const judged = judgeFrame(data);
      if (!flood.take(data.length, judged.do === 'pass' && judged.asksState)) return this.closeFlood(socket);
      if (judged.do === 'pass') return client.handleMessage(data);
      if (judged.do === 'answer') {
        if (judged.refused) this.deps.onRefused?.('document-write');
        socket.send(judged.frame);
      } else this.deps.onRefused?.('frame');
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

  private hear(socket: Socket, text: string): void {
    const message = ClientMessage.parse(JSON.parse(text));
    if (message.t === 'read') return this.hub.markRead(socket, message.marks);
    if (message.t === 'typing') return this.hub.tellTyping(socket, message.channel);
    this.writing.add(socket);
    for (const command of message.commands) {
      this.deps.gate.submit(command, socket, (receipt) => {
        if (!socket.keep(receipt)) return;
        // The author says when a batch of its answers is complete; what the gate answers itself goes with this turn of the loop.
        if (this.answered.size === 0) setImmediate(() => this.flushAnswered());
        this.answered.add(socket);
      });
    }
  }

  private flushAnswered(): void {
    for (const socket of this.answered) socket.sendReceipts();
    this.answered.clear();
  }

  private async admit(socket: Socket, documentName: string): Promise<void> {
    if (documentName === socket.personal) return;
    const name = parseDocumentName(documentName, this.deps.registry.documents);
    // Noted before the decision: whatever is taken away while it is being made counts.
    if (name && socket.opened.size < MAX_OPEN) {
      socket.revoked.delete(documentName);
      socket.opened.add(documentName);
      if (await this.deps.access.mayOpen(socket.actor.user, name)) return;
      socket.opened.delete(documentName);
    }
    this.deps.onRefused?.('document');
    if (++socket.refusals > MAX_REFUSALS) this.closeFlood(socket);
    throw new Unavailable();
  }

  private async attached(socket: Socket, documentName: string, connection: Connection<Context>): Promise<void> {
    this.connections.get(socket)?.set(documentName, connection);
    if (socket.revoked.has(documentName)) return this.closeDocument(socket, documentName, 'revoked');
    if (documentName !== socket.personal || socket.ready) return;
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

  private closeDocument(socket: Socket, name: string, reason: CloseReason): void {
    socket.tell({ t: 'closed', document: name, reason });
    this.connections.get(socket)?.get(name)?.close({ code: 4403, reason });
  }
}

/** One answer for forbidden, missing and unknown documents. Without a message: Hocuspocus would print it for every guess. */
class Unavailable extends Error {
  readonly reason = 'unavailable';
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
