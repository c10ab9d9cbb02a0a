import type pg from 'pg';

/** Devices whose last contact is remembered; beyond that the session's own time has to do. */
const MAX_DEVICES = 200_000;

/** Since when a device has been away, as far as the server itself has seen: what it may claim to have written in. */
export class Away {
  private readonly pool: pg.Pool;
  private readonly lastSeen = new Map<string, number>();

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  saw(device: string, now: number = Date.now()): void {
    this.lastSeen.delete(device);
    this.lastSeen.set(device, now);
    if (this.lastSeen.size <= MAX_DEVICES) return;
    for (const oldest of this.lastSeen.keys()) {
      this.lastSeen.delete(oldest);
      break;
    }
  }

  async since(session: { id: string; device: string; kind: 'cookie' | 'token' }): Promise<number | null> {
    const seen = this.lastSeen.get(session.device);
    if (seen !== undefined || session.kind === 'token') return seen ?? null;
    // After a restart only what was written down is known. Signing in again keeps the device, so its earliest session counts.
    const { rows } = await this.pool.query<{ seen: Date | null }>(
      'select min(coalesce(seen_at, created_at)) as seen from sessions where device = $1',
      [session.device],
    );
    return rows[0]?.seen?.getTime() ?? null;
  }
}
