import type { KeepPolicy } from '../../api.ts';
import type { DeviceDatabase } from '../../database/database.ts';
import { dropSegments } from '../../database/erase.ts';
import type { ChainRow } from '../../database/rows.ts';
import { catchUp, type CatchupTools } from './catchup.ts';

/** Segments fetched with one request: a few hundred kilobytes, kept in memory until they are whole. */
const AT_ONCE = 5;

const DAY = 86_400_000;
const DAYS: Record<KeepPolicy, number> = { everything: Infinity, '90days': 90, '30days': 30, nothing: 0 };

/** The oldest time, milliseconds, that a policy keeps. */
export const keptSince = (policy: KeepPolicy, now: number): number =>
  DAYS[policy] === Infinity ? -Infinity : now - DAYS[policy] * DAY;

/** The next older segments a chain lacks, newest first; empty when it has what its policy wants. */
export function missingSegments(row: ChainRow, policy: KeepPolicy, now: number): number[] {
  const first = row.segments[0];
  if (!first || policy === 'nothing') return [];
  // Holes first: segments somebody jumped to lie below what was filled so far.
  const held = new Set(row.segments.map(({ n }) => n));
  const newest = row.segments.at(-1)?.n ?? 0;
  const since = keptSince(policy, now);
  const missing: number[] = [];
  for (let n = newest - 1; n >= (row.stop ?? 0) && missing.length < AT_ONCE; n--) {
    const newer = row.segments.find((segment) => segment.n === n + 1);
    if (newer && newer.records > 0 && newer.from < since) break;
    if (!held.has(n)) missing.push(n);
    else if (missing.length > 0) break;
  }
  return missing;
}

/** Segments a policy no longer wants; the newest always stays, it is what opening the channel shows. */
export function unwantedSegments(row: ChainRow, policy: KeepPolicy, now: number): number[] {
  const since = keptSince(policy, now);
  return row.segments
    .slice(0, -1)
    .filter(({ to }) => to < since)
    .map(({ n }) => n);
}

export interface FillTools extends CatchupTools {
  policyOf(community: string): Promise<KeepPolicy>;
  isOnScreen(row: ChainRow): boolean;
  shouldRest(): boolean;
}

/** Fetches older history in the background, newest first, chains on a screen before others. Returns when all is there. */
export async function fill(tools: FillTools, signal: AbortSignal): Promise<void> {
  const exhausted = new Set<string>();
  while (!signal.aborted && !tools.shouldRest()) {
    const rows = (await tools.db.chains.getAll())
      .filter(({ chain }) => chain.startsWith('channel/') && !exhausted.has(chain))
      .sort(
        (a, b) =>
          Number(tools.isOnScreen(b)) - Number(tools.isOnScreen(a)) ||
          (b.segments[0]?.from ?? 0) - (a.segments[0]?.from ?? 0),
      );
    let next: { row: ChainRow; missing: number[] } | undefined;
    for (const row of rows) {
      const missing = missingSegments(row, await tools.policyOf(row.community), Date.now());
      if (missing.length === 0) exhausted.add(row.chain);
      else if (!next) next = { row, missing };
    }
    if (!next) return;
    const [chain = '', owner = ''] = next.row.chain.split('/');
    await catchUp(tools, [{ chain, owner, pos: 0, segments: next.missing }], signal);
    const after = await tools.db.chains.get(next.row.chain);
    const came = after?.segments.some(({ n }) => next.missing.includes(n));
    // A server that has nothing to give for them will not have it a moment later either.
    if (!came) exhausted.add(next.row.chain);
  }
}

/** Removes what a changed policy no longer wants. Returns the segments that left, by chain. */
export async function thinOut(
  db: DeviceDatabase,
  community: string,
  policy: KeepPolicy,
): Promise<{ chain: string; n: number }[]> {
  const rows = await db.chains.getAllBy('community', community);
  const left: { chain: string; n: number }[] = [];
  for (const row of rows.filter(({ chain }) => chain.startsWith('channel/'))) {
    const unwanted = unwantedSegments(row, policy, Date.now());
    await dropSegments(db, row.chain, unwanted);
    left.push(...unwanted.map((n) => ({ chain: row.chain, n })));
  }
  return left;
}
