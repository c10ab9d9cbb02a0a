import { documentName, parseDocumentName } from '#kernel/documents.ts';
import type { Registry } from '#kernel/registry.ts';
import type { CloseReason } from '#kernel/wire.ts';
import type { Access } from './access.ts';
import { closedFrame, deniedFrame, openedFrame } from './frames.ts';
import type { Rooms } from './rooms.ts';
import type { Socket } from './socket.ts';

/** Documents one socket may have open: what is on screen, many times over. */
const MAX_OPEN = 128;

/** What one device after the other has open: let in, answered, followed to the next segment, shut out again. */
export class OpenDocuments {
  private readonly access: Access;
  private readonly registry: Registry;
  private readonly rooms: Rooms;

  constructor({ access, registry, rooms }: { access: Access; registry: Registry; rooms: Rooms }) {
    this.access = access;
    this.registry = registry;
    this.rooms = rooms;
  }

  /** @returns false when it may not be opened: forbidden, missing, unknown or one too many are the same answer (C9, D6) */
  async open(socket: Socket, name: string): Promise<boolean> {
    let opening = socket.opening.get(name);
    if (!opening) {
      opening = this.decide(socket, name);
      socket.opening.set(name, opening);
    }
    const opened = await opening;
    socket.send(opened ? openedFrame(name) : deniedFrame(name));
    return opened;
  }

  /** Answers what the device is missing. Asked before it was let in, it waits for that. */
  async answerState(socket: Socket, name: string, vector: Uint8Array): Promise<void> {
    if (!(await socket.opening.get(name))) return;
    await this.rooms.load(name);
    // One a turn: a device that asks without end waits for itself, and nobody else does.
    const turn = socket.turn.then(() => new Promise(setImmediate));
    socket.turn = turn;
    await turn;
    // Right before the answer is made: what was taken away while it loaded stays away (A4).
    if (!this.rooms.holds(name, socket)) return;
    const frame = await this.rooms.missing(name, vector);
    if (this.rooms.holds(name, socket)) socket.send(frame);
  }

  close(socket: Socket, name: string): void {
    this.rooms.leave(name, socket);
    socket.opened.delete(name);
    socket.opening.delete(name);
  }

  closeAll(socket: Socket): void {
    for (const name of [...socket.opening.keys()]) this.close(socket, name);
  }

  /** Shuts a device out of a document, or stops it from getting in, and tells it why. */
  shut(socket: Socket, name: string, reason: CloseReason): void {
    this.close(socket, name);
    socket.tell({ t: 'closed', document: name, reason });
    socket.send(closedFrame(name, reason));
  }

  /** A segment was sealed: whoever had it open has its successor open from its first update on. */
  follow(kind: string, owner: string, sealed: number): void {
    const successor = documentName(kind, owner, sealed + 1);
    const before = documentName(kind, owner, sealed - 1);
    for (const socket of this.rooms.follow(documentName(kind, owner, sealed), successor)) {
      socket.opened.add(successor);
      socket.opening.set(successor, Promise.resolve(true));
      // A device that never lets go of what is full keeps the newest ones.
      if (socket.opened.size > MAX_OPEN) this.close(socket, before);
    }
  }

  private async decide(socket: Socket, name: string): Promise<boolean> {
    const parsed = parseDocumentName(name, this.registry.documents);
    if (parsed && socket.opened.size < MAX_OPEN) {
      // In the room before the decision: what is taken away while it is made is taken from here (A4).
      socket.opened.add(name);
      const may = await this.access.mayOpen(socket.actor.user, parsed);
      if (may && socket.opened.has(name)) {
        this.rooms.join(name, socket);
        return true;
      }
    }
    socket.opened.delete(name);
    socket.opening.delete(name);
    return false;
  }
}
