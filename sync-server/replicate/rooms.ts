import * as encoding from 'lib0/encoding';
import type pg from 'pg';
import * as Y from 'yjs';
import { readState } from '../author/store.ts';
import { FRAME, framed, type Socket } from './socket.ts';

/** Steps inside a sync frame. */
export const STEP = { askState: 0, state: 1, update: 2 } as const;

/** Milliseconds a document's state stays in memory after it was last asked for. */
const IDLE = 10_000;

interface Room {
  sockets: Set<Socket>;
  /** The state as of some commit, once somebody asked for it; what was committed since stands in `since`. */
  state: Promise<Y.Doc> | null;
  since: Uint8Array[];
  usedAt: number;
}

/**
 * Who has which document open. An update goes out as the author committed it, in one frame made once for all; a document
 * is only loaded where a device asks what it is missing. Nothing here can change a document.
 */
export class Rooms {
  private readonly pool: pg.Pool;
  private readonly rooms = new Map<string, Room>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(pool: pg.Pool) {
    this.pool = pool;
    this.sweeper = setInterval(() => this.sweep(Date.now() - IDLE), IDLE / 2).unref();
  }

  /** Documents somebody has open or asked for lately. */
  get size(): number {
    return this.rooms.size;
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const name of [...this.rooms.keys()]) this.forget(name);
  }

  join(name: string, socket: Socket): void {
    this.room(name).sockets.add(socket);
  }

  holds(name: string, socket: Socket): boolean {
    return this.rooms.get(name)?.sockets.has(socket) ?? false;
  }

  leave(name: string, socket: Socket): void {
    const room = this.rooms.get(name);
    room?.sockets.delete(socket);
    if (room?.sockets.size === 0 && !room.state) this.rooms.delete(name);
  }

  /** Sends a committed update to everyone who has the document open. */
  publish(name: string, update: Uint8Array): void {
    const room = this.rooms.get(name);
    if (!room) return;
    if (room.state) room.since.push(update);
    if (room.sockets.size > 0) this.send(room, toFrame(name, STEP.update, update));
  }

  /** Whoever has a segment open when it is sealed has its successor open from its first update on. */
  follow(sealed: string, successor: string): ReadonlySet<Socket> {
    const sockets = this.rooms.get(sealed)?.sockets ?? new Set<Socket>();
    for (const socket of sockets) this.join(successor, socket);
    return sockets;
  }

  /** Brings a document's state into memory. */
  load(name: string): Promise<Y.Doc> {
    const room = this.room(name);
    room.usedAt = Date.now();
    // Commits are collected from before the log is read: what falls in between stands in both, and twice changes nothing (P5).
    if (room.state) return room.state;
    const state = this.read(name);
    room.state = state;
    state.catch(() => {
      if (room.state === state) this.forget(name);
    });
    return state;
  }

  /** What a device with this state vector is missing. Throws where the vector is malformed. */
  async missing(name: string, vector: Uint8Array): Promise<Uint8Array> {
    const room = this.room(name);
    const state = this.load(name);
    const doc = await state;
    // Loaded anew meanwhile: what was committed since belongs to that state.
    if (room.state !== state) return this.missing(name, vector);
    for (const update of room.since.splice(0)) Y.applyUpdate(doc, update);
    return toFrame(name, STEP.state, Y.encodeStateAsUpdate(doc, vector));
  }

  /** After an unclear commit: everyone gets what the log says, whether the commit came through or not (A3). */
  async resend(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      const room = this.rooms.get(name);
      if (!room) continue;
      room.state = null;
      room.since = [];
      const frame = await this.missing(name, new Uint8Array([0]));
      this.send(room, frame);
    }
  }

  private room(name: string): Room {
    let room = this.rooms.get(name);
    if (!room) this.rooms.set(name, (room = { sockets: new Set(), state: null, since: [], usedAt: 0 }));
    return room;
  }

  private send(room: Room, message: Uint8Array): void {
    const frame = framed(message);
    for (const socket of room.sockets) socket.sendFramed(frame);
  }

  private async read(name: string): Promise<Y.Doc> {
    const rows = await readState(this.pool, name);
    const doc = new Y.Doc();
    doc.transact(() => rows.forEach(({ update }) => Y.applyUpdate(doc, update)));
    return doc;
  }

  private forget(name: string): void {
    const room = this.rooms.get(name);
    if (room) room.state = null;
    if (room) room.since = [];
    if (room?.sockets.size === 0) this.rooms.delete(name);
  }

  private sweep(before: number): void {
    for (const [name, room] of this.rooms) if (room.usedAt < before) this.forget(name);
  }
}

function toFrame(name: string, step: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, name);
  encoding.writeVarUint(encoder, FRAME.sync);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}
