/**
 * `after`, with everything in it that is as it was `before` as the same objects: a screen draws again what is another object. For JSON only.
 */
export function share<T>(before: T, after: T): T;
export function share(before: unknown, after: unknown): unknown {
  if (Object.is(before, after) || !isNested(before) || !isNested(after)) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  const keys = Object.keys(after);
  const shared: Record<string, unknown> = {};
  for (const key of keys) shared[key] = share(before[key], after[key]);
  const same =
    Object.keys(before).length === keys.length && keys.every((key) => key in before && before[key] === shared[key]);
  if (same) return before;
  return Array.isArray(after) ? Object.values(shared) : shared;
}

const isNested = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
