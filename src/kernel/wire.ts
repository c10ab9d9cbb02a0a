import type { Envelope } from './commands.ts';
import type { Places, PlacesPatch } from './places.ts';
import type { Refusal } from './refusals.ts';

/**
 * What a command came to.
 * - `ok`: durable, applied once; `pos` is the partition's position that contains it.
 * - `refused`: not applied and never will be under this id, unless it is sent again as it is and rules have changed.
 * - `wait`: not judged yet. `until` in milliseconds, the server's clock; the device keeps it and sends it again then.
 */
export type Receipt =
  | { id: string; ok: true; pos: number; no?: number }
  | { id: string; ok: false; refused: Refusal }
  | { id: string; ok: false; wait: { until: number; reason: 'rate' | 'busy' | 'database' | 'dependency' } };

/** Stateless messages on `me/<user>`, device to server. */
export type ClientMessage =
  | { t: 'commands'; commands: Envelope[] }
  | { t: 'read'; marks: [channel: string, read: number][] }
  | { t: 'typing'; channel: string };

/** Stateless messages on `me/<user>`, server to device. */
export type ServerMessage =
  | { t: 'hello'; epoch: string; now: number; version: number; oldest: number; places: Places }
  | { t: 'receipts'; receipts: Receipt[] }
  | { t: 'places'; patch: PlacesPatch }
  | { t: 'closed'; document: string; reason: CloseReason }
  | { t: 'typing'; channel: string; user: string; name: string }
  | { t: 'trouble'; what: 'database' | null };

/** Why a document was closed on a device. `revoked`: erase its copy. */
export type CloseReason = 'revoked' | 'session' | 'flood';

/** Bytes of one stateless message. */
export const MAX_FRAME_BYTES = 256 * 1024;
/** Commands in one frame or request. */
export const MAX_BATCH = 100;
/** Commands of one session that may be under way; more get `wait` with reason `busy`. */
export const MAX_IN_FLIGHT = 512;

/** `POST /api/catchup`: where the device is, per channel (or members chain). */
export interface CatchupRequest {
  epoch: string | null;
  chains: {
    chain: string;
    owner: string;
    /** Everything up to this position is on the device for the segments it keeps; 0 for nothing. */
    pos: number;
    /** Only these segments; absent for all from `from` on. */
    segments?: number[];
    /** The first segment the device wants; absent for all. */
    from?: number;
  }[];
  /** Bytes of answer the device wants at most. */
  budget?: number;
}
