import type { DeviceDatabase } from '../../database/database.ts';
import type { ChainName } from '../../database/rows.ts';
import type { Attachments } from './attachments.ts';
import type { Connection } from './connection.ts';
import { splitName, type Documents } from '../documents/documents.ts';
import type { Interests } from '../tabs/interests.ts';
import type { PlacesKeeper } from '../places-keeper.ts';

export interface FollowingOptions {
  db: DeviceDatabase;
  documents: Documents;
  places: PlacesKeeper;
  attachments: Attachments;
  connection: Connection;
  interests: Interests;
}

/** Follows over the socket, change by change, what is on a screen. */
export class Following {
  readonly #options: FollowingOptions;

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** Follows what the tabs show now, and nothing else. */
  async match(): Promise<void> {
    const { attachments, interests, places } = this.#options;
    const heads = [...interests.chains()].map((chain) => places.head(chain)).filter((head) => head !== undefined);
    await attachments.match(heads);
  }

  /** @param first it answers attaching: the document is current from here on */
  async update(name: string, update: Uint8Array, first: boolean): Promise<void> {
    const { documents, connection, attachments } = this.#options;
    const document = await documents.open(name);
    document.receive(update);
    if (document.hasGap) connection.socket?.ask(name, document.stateVector());
    if (first) await this.#becomeLive(name);
    documents.schedule();
    if (document.next !== null && !attachments.isWanted(`${document.chain}/${document.next}`)) await this.match();
  }

  /** P3: a device that was current, and has every changed segment on the socket, is current again without asking. */
  async reach(chain: ChainName, before: number, pos: number, segments: number[]): Promise<void> {
    const { db, documents, attachments } = this.#options;
    const row = await db.chains.get(chain);
    if (!row || row.pos < before || row.pos >= pos) return;
    if (segments.every((n) => attachments.isLive(`${chain}/${n}`))) {
      documents.reach(chain, pos);
      await documents.flush();
    }
  }

  async #becomeLive(name: string): Promise<void> {
    const { db, documents, places, attachments } = this.#options;
    const { chain } = splitName(name);
    attachments.live(name);
    documents.markWhole(name);
    const row = await db.chains.get(chain);
    const head = places.head(chain);
    // All this device will have of the chain is this segment: it stands where the server said before it answered.
    if (head && (!row || row.segments.length === 0)) documents.reach(chain, head.pos);
  }
}
