import type { Actor } from '#kernel/commands.ts';

/** One way in that was opened: a socket, a request, or the server's own. Who stands in it was established before. */
export interface Door {
  /** Names the door in the author's order: commands through one door on one target keep their order. */
  readonly id: string;
  readonly actor: Actor;
  /** The device the session is bound to; null for the server's own door. */
  readonly device: string | null;
  /** Milliseconds: since when this device was away before this door opened, or null when that is not known. */
  readonly awaySince: number | null;
  readonly openedAt: number;
  /** Commands under way. */
  inFlight: number;
}
