/** Whether the disk was full. */
export function isQuotaError(error: unknown): boolean {
  return (error as { name?: unknown } | null | undefined)?.name === 'QuotaExceededError';
}
