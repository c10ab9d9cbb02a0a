import { segmentOf } from '#kernel/records.ts';
import type { DeviceDatabase } from '../../database/database.ts';
import type { Evicted } from '../../database/room.ts';
import type { ChainName } from '../../database/rows.ts';
import type { Answer, Ask } from '../../device/bus.ts';
import type { Attachments } from '../socket/attachments.ts';
import type { Documents } from '../documents/documents.ts';
import { thinOut } from '../catch-up/fill.ts';
import { readFrames } from '../frames.ts';
import { bytesOf, request } from '../http.ts';
import { policyOf, type KeepingUp } from '../catch-up/keeping-up.ts';
import type { PlacesKeeper } from '../places-keeper.ts';

export interface AnsweringOptions {
  db: DeviceDatabase;
  documents: Documents;
  places: PlacesKeeper;
  attachments: Attachments;
  keepingUp: KeepingUp;
  isOnline(): boolean;
  /** Another policy applies from now on: these segments left with it. */
  onPolicy(evicted: Evicted[]): void;
}

/** Does what pages ask of the leader: fetches what they want to show, and applies what they want kept. */
export class Answering {
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** `ok: false` where it cannot be had now. Throws as requests do. */
  async answer(ask: Ask): Promise<Answer> {
    if (ask.want === 'policy') {
      await this.#applyPolicy(ask.community);
      return { ok: true };
    }
    if (!this.#options.isOnline()) return { ok: false };
    switch (ask.want) {
      case 'segment':
        return { ok: await this.#fetchSegment(ask.chain, ask.n) };
      case 'segmentAt': {
        const channel = ask.chain.slice('channel/'.length);
        const response = await request(`/api/channels/${channel}/at?time=${Math.round(ask.time)}`);
        return { ok: true, no: ((await response.json()) as { no: number }).no };
      }
      case 'chain':
        return { ok: await this.#fetchChain(ask.chain) };
    }
  }

  async #fetchSegment(chain: ChainName, n: number): Promise<boolean> {
    const { documents, attachments } = this.#options;
    const name = `${chain}/${n}`;
    const { frames } = readFrames(await bytesOf(await request(`/api/documents/${name}`)));
    const parts = frames.flatMap((frame) => (frame.what === 'snapshot' || frame.what === 'update' ? [frame] : []));
    if (parts.length === 0) return false;
    if (!attachments.isLive(name)) {
      const document = documents.replace(name);
      for (const { update } of parts) document.receive(update);
    }
    documents.markWhole(name);
    await documents.flush();
    return true;
  }

  /** All of a chain: what is behind of what is here, and every segment that is not. */
  async #fetchChain(name: ChainName): Promise<boolean> {
    const { db, places, keepingUp } = this.#options;
    const head = places.head(name);
    if (!head) return false;
    const segments = Array.from({ length: segmentOf(Math.max(head.next - 1, 0)) + 1 }, (_, n) => n);
    const [chain = '', owner = ''] = name.split('/');
    const row = await db.chains.get(name);
    const held = new Set(row?.segments.map(({ n }) => n));
    const missing = segments.filter((n) => !held.has(n));
    if (row) await keepingUp.fetch([{ chain, owner, pos: row.pos, from: 0 }]);
    if (missing.length > 0) await keepingUp.fetch([{ chain, owner, pos: 0, segments: missing }]);
    return true;
  }

  async #applyPolicy(community: string): Promise<void> {
    const { db, onPolicy } = this.#options;
    await db.transaction(['chains'], async ({ chains }) => {
      const rows = await chains.getAllBy('community', community);
      await chains.putMany(rows.map((row) => ({ ...row, stop: 0 })));
    });
    onPolicy(await thinOut(db, community, await policyOf(db, community)));
  }
}
