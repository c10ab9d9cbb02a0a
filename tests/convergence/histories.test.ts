import { describe, expect, it } from 'vitest';
import { seedOr } from '#tests/support/random.ts';
import { History, type HistoryOptions } from './history.ts';

const SOAK = Number(process.env['SOAK'] ?? 0);

async function live(options: HistoryOptions): Promise<void> {
  const history = await History.start(options);
  try {
    await history.run();
    await history.check();
    expect(history.writers.reduce((sum, { device }) => sum + device.outbox.length, 0)).toBeGreaterThan(0);
  } catch (error) {
    throw new Error(`SEED=${options.seed} breaks it`, { cause: error });
  } finally {
    await history.world.stop();
  }
}

/** Seeds that found something are kept. */
const seeds = process.env['SEED'] ? [seedOr(0)] : [1, 2, 3, ...Array.from({ length: SOAK }, (_, n) => 1000 + n)];

describe.each(seeds)('three people on five devices, chance %i', (seed) => {
  it('come to the same channels after offline spells, lost receipts, late and doubled frames (P5, C1, C2, C3, C4, C5)', () =>
    live({ seed, steps: 400 }));

  it('come to the same channels while segments turn over (D1, D3, D4)', () => live({ seed, steps: 300, filled: 990 }));

  it('come to the same channels while the database is cut off and the server changes (A1, A3, C1)', () =>
    live({ seed, steps: 300, filled: 995, breakdowns: true }));
});
