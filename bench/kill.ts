import { setTimeout as pause } from 'node:timers/promises';
import { Random, seedOr } from '#tests/support/random.ts';
import { WritingTown } from '#tests/support/writing-town.ts';
import { median, report, round, type Cell } from './support/report.ts';

// Is anything that was acknowledged ever lost, or applied twice, when the server or its database is killed at any moment under load?

const kills = Number(process.env['BENCH_KILLS'] ?? 50);
const databaseKills = Math.min(Math.ceil(kills / 5), Number(process.env['BENCH_DATABASE_KILLS'] ?? 10));
/** Milliseconds of undisturbed writing before something is killed, at most. */
const LONGEST_PEACE = 1_200;

const random = new Random(seedOr(Date.now()));
const writing = await WritingTown.start(random);
const until: Record<'server' | 'database' | 'connections', number[]> = { server: [], database: [], connections: [] };
/** Breaks something at a random moment. @returns milliseconds until everybody is acknowledged something again */
async function broken(how: () => unknown): Promise<number> {
  await pause(random.below(LONGEST_PEACE));
  const began = performance.now();
  await how();
  await writing.goesOn();
  return performance.now() - began;
}

try {
  for (let at = 0; at < kills; at++) {
    until.server.push(await broken(() => writing.killServer()));
    if (until.database.length * kills >= (at + 1) * databaseKills) continue;
    until.database.push(await broken(() => writing.killDatabase()));
    until.connections.push(await broken(() => writing.database.cutConnections()));
  }
  const { acknowledged, lost, doubled, differing, refused } = await writing.settle();
  const row = (what: string, times: number[]): Cell[] => [
    what,
    times.length,
    round(median(times) / 1000, 1),
    round(Math.max(...times) / 1000, 1),
  ];
  for (const what of [...lost.slice(0, 20), ...doubled.slice(0, 20), ...differing.slice(0, 20)])
    process.stderr.write(`${what}\n`);
  report(
    'kill',
    ['killed under load', 'times', 'median s until all are answered', 'longest s'],
    [
      row('the server', until.server),
      row('the database', until.database),
      row('every database connection', until.connections),
    ],
    {
      ratio: lost.length + doubled.length,
      acknowledged,
      lost: lost.length,
      doubled: doubled.length,
      refused,
      differing: differing.length,
      kills: until.server.length,
      databaseKills: until.database.length,
      connectionKills: until.connections.length,
    },
  );
  process.exitCode = lost.length + doubled.length + differing.length > 0 ? 1 : 0;
} finally {
  await writing.end();
}
