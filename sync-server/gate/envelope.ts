import { Envelope } from '#kernel/commands.ts';
import { isUlid } from '#kernel/ids.ts';
import { MAX_AFTER } from '#kernel/limits.ts';

const FIELDS: ReadonlySet<string> = new Set(Object.keys(Envelope.shape));
/** The last moment a `Date` can say. */
const LAST_DATE = 8.64e15;

/**
 * The rules of `Envelope` without a copy and without a list of issues, for the many that keep them: whatever this lets
 * through `Envelope` lets through as it is. What this stops is judged by `Envelope`, which says why.
 */
export function isEnvelope(raw: unknown): raw is Envelope {
  if (typeof raw !== 'object' || raw === null) return false;
  for (const field in raw) if (!FIELDS.has(field)) return false;
  const { id, account, name, at, device, version, after, cause, depth } = raw as Partial<Record<string, unknown>>;
  return (
    'args' in raw &&
    isUlid(id) &&
    isUlid(account) &&
    isText(name, 1, 64) &&
    isWhole(at, 0, LAST_DATE) &&
    isText(device, 1, 64) &&
    isWhole(version, 1, Number.MAX_SAFE_INTEGER) &&
    (after === undefined || (Array.isArray(after) && after.length <= MAX_AFTER && after.every(isUlid))) &&
    (cause === undefined || isText(cause, 0, 80)) &&
    (depth === undefined || isWhole(depth, 0, 1000))
  );
}

const isText = (value: unknown, least: number, most: number) =>
  typeof value === 'string' && value.length >= least && value.length <= most;

const isWhole = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
