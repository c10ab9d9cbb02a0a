const DAY = 86_400_000;

/** Until when everything on this device may be kept without hearing from the server again, milliseconds of its clock. */
export function firstLeaseEnds(communities: { leaseDays: number }[], heard: number): number {
  return heard + Math.min(...communities.map(({ leaseDays }) => leaseDays)) * DAY;
}

/** Communities whose copies have outlived the time a device may keep them without hearing from the server. */
export function expiredLeases(communities: { id: string; leaseDays: number }[], heard: number, now: number): string[] {
  return communities.filter(({ leaseDays }) => now - heard > leaseDays * DAY).map(({ id }) => id);
}
