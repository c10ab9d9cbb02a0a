import { ulidFrom } from '#kernel/ids.ts';

/** Chance that can be replayed: the same seed gives the same numbers (mulberry32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  /** An id as a device with this clock would make it; the kernel's own never goes back, which a wrong clock does. */
  id(time: number): string {
    return ulidFrom(
      Uint8Array.from({ length: 16 }, () => this.below(256)),
      time,
    );
  }
}

/** The seed to replay (`SEED=…`), or the one given. */
export const seedOr = (seed: number): number => Number(process.env['SEED'] ?? seed);
