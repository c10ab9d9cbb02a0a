import type { DeviceStorage, KeepPolicy, KeptPlace } from '../api.ts';
import type { Host } from './host.ts';

/** What of each community is kept on this device, and how much room it takes. */
export class PageStorage implements DeviceStorage {
  kept = $state.raw<readonly KeptPlace[]>([]);
  bytes = $state.raw(0);
  quota = $state.raw<number | null>(null);
  persisted = $state.raw(false);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async refresh(): Promise<void> {
    const { device, confirmedPlaces } = this.#host;
    const [chains, policies, estimate, persisted] = await Promise.all([
      device.chains.getAll(),
      device.kept.getAll(),
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    const policyOf = new Map(policies.map(({ community, policy }) => [community, policy]));
    this.kept = (confirmedPlaces?.communities ?? []).map(({ id, name, channels }) => {
      const segments = chains
        .filter((row) => row.community === id && row.chain.startsWith('channel/'))
        .flatMap((row) => row.segments);
      return {
        community: id,
        name,
        bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
        messages: segments.reduce((sum, { records }) => sum + records, 0),
        of: channels.reduce((sum, { next }) => sum + next, 0),
        policy: policyOf.get(id) ?? 'everything',
      };
    });
    this.bytes = estimate.usage ?? 0;
    this.quota = estimate.quota ?? null;
    this.persisted = persisted;
  }

  async setPolicy(community: string, policy: KeepPolicy): Promise<void> {
    await this.#host.device.kept.put({ community, policy });
    await this.#host.ask({ want: 'policy', community });
    await this.refresh();
  }

  async askToPersist(): Promise<boolean> {
    this.persisted = await navigator.storage.persist();
    return this.persisted;
  }
}
