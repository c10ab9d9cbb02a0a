type Named = { name?: unknown; inner?: unknown };

/** Dexie reports a full disk as `QuotaExceededError`, or as `AbortError` with that as its inner error. */
export function isQuotaError(error: unknown): boolean {
  for (
    let cause = error as Named | null | undefined, depth = 0;
    cause && depth < 4;
    cause = cause.inner as Named, depth++
  ) {
    if (cause.name === 'QuotaExceededError') return true;
  }
  return false;
}
