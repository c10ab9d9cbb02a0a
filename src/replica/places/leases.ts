const DAY = 86_400_000;

/** Communities whose copies have outlived the time a device may keep them without hearing from the server. */
export function expiredLeases(communities: { id: string; leaseDays: number }[], heard: number, now: number): string[] {
  return communities.filter(({ leaseDays }) => now - heard > leaseDays * DAY).map(({ id }) => id);
}
