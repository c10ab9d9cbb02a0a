import { chunkOf } from '#kernel/records.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { ChainName, ChunkRow } from '../database/rows.ts';

/** Fewer messages than this in the newest chunk do not fill a screen: the one before comes along. */
const SCREENFUL = 60;

/** The end of a chain as the device has it. */
export interface Newest {
  /** The `no` after the last one on this device. */
  next: number;
  /** Consecutive chunks up to the last; none when the last is not here. */
  chunks: ChunkRow[];
}

/** The `no` after the last one of a chain on this device. */
export async function readNext(device: DeviceDatabase, chain: ChainName): Promise<number> {
  const row = await device.chains.get(chain);
  return row && row.segments.length > 0 ? row.next : 0;
}

export async function readEnd(device: DeviceDatabase, chain: ChainName, next: number): Promise<ChunkRow[]> {
  const last = chunkOf(Math.max(next - 1, 0));
  const [before, newest] = await device.chunks.getMany([
    [chain, last - 1],
    [chain, last],
  ]);
  if (!newest) return [];
  return before && newest.records.length < SCREENFUL ? [before, newest] : [newest];
}

export async function readNewest(device: DeviceDatabase, chain: ChainName): Promise<Newest> {
  const next = await readNext(device, chain);
  return { next, chunks: await readEnd(device, chain, next) };
}
