import type { KeepPolicy } from '../../api.ts';
import type { DeviceDatabase } from '../../database/database.ts';
import type { ChainName } from '../../database/rows.ts';
import type { Attachments } from '../socket/attachments.ts';
import { catchUp, wantedOf, type CatchupTools, type ChainHead, type Wanted } from './catchup.ts';
import type { Documents } from '../documents/documents.ts';
import { fill } from './fill.ts';
import type { Interests } from '../tabs/interests.ts';
import type { PlacesKeeper } from '../places-keeper.ts';

export interface KeepingUpOptions {
  db: DeviceDatabase;
  documents: Documents;
  places: PlacesKeeper;
  attachments: Attachments;
  interests: Interests;
  signal: AbortSignal;
  isOnline(): boolean;
  /** Older history may be left for another time: the device is full. */
  isFull(): boolean;
  /** How far chains must be for what was accepted to be seen. */
  awaited(): ReadonlyMap<ChainName, number>;
  /** Everything that was behind has been fetched, as far as it could be. */
  onCurrent(): Promise<void>;
  /** Messages the server has after the last one here. */
  onLeft(messages: number): void;
  onTrouble(error: unknown): void;
}

/** Keeps a device's chains as far as the server's, then fetches older history in the background. */
export class KeepingUp {
  readonly #options: KeepingUpOptions;
  readonly #tools: CatchupTools;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(options: KeepingUpOptions) {
    const { db, documents, places, attachments } = options;
    this.#options = options;
    this.#tools = {
      db,
      documents,
      epoch: () => places.current?.epoch ?? null,
      head: (chain) => places.head(chain),
      isLive: (document) => attachments.isLive(document),
      onClosed: (chain) => places.close(chain),
      onProgress: () => this.#count(),
    };
  }

  /** Catches up until nothing is behind, then fetches older history. One run at a time; asked for meanwhile, it runs again. */
  start(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run()
      .catch((error: unknown) => this.#options.onTrouble(error))
      .finally(() => {
        this.#running = null;
        if (this.#again && !this.#options.signal.aborted) {
          this.#again = false;
          this.start();
        }
      });
  }

  /** Fetches parts of chains beside the run that may be under way. */
  fetch(wanted: Wanted[]): Promise<void> {
    return catchUp(this.#tools, wanted, this.#options.signal);
  }

  async #run(): Promise<void> {
    const { interests, signal, isOnline, isFull, onCurrent } = this.#options;
    if (!isOnline()) return;
    const behind = await this.#behind();
    if (behind.length > 0) await catchUp(this.#tools, behind, signal);
    await onCurrent();
    await this.#count();
    if (this.#again) return;
    await fill(
      {
        ...this.#tools,
        policyOf: (community) => policyOf(this.#options.db, community),
        isOnScreen: ({ chain }) => interests.chains().has(chain),
        shouldRest: () => this.#again || interests.shouldRest || isFull(),
      },
      signal,
    );
  }

  /** What to ask for, what somebody looks at first. */
  async #behind(): Promise<Wanted[]> {
    const { db, places, interests, awaited } = this.#options;
    const shown = interests.chains();
    const rows = new Map((await db.chains.getAll()).map((row) => [row.chain, row]));
    const heads: ChainHead[] = places.channels();
    for (const chain of new Set([...rows.keys(), ...shown])) {
      const head = chain.startsWith('members/') ? places.head(chain) : undefined;
      if (head) heads.push({ ...head, pos: Math.max(head.pos, awaited().get(chain) ?? 0) });
    }
    const kept: ChainHead[] = [];
    for (const head of heads) {
      const policy = await policyOf(db, places.communityOf(head.chain) ?? '');
      if (policy !== 'nothing' || shown.has(head.chain)) kept.push(head);
    }
    return kept
      .sort(
        (a, b) =>
          Number(shown.has(b.chain)) - Number(shown.has(a.chain)) ||
          Number(rows.has(b.chain)) - Number(rows.has(a.chain)),
      )
      .flatMap((head) => wantedOf(head, rows.get(head.chain)) ?? []);
  }

  async #count(): Promise<void> {
    const { db, places, onLeft } = this.#options;
    const rows = new Map((await db.chains.getAll()).map((row) => [row.chain, row]));
    const left = places.channels().reduce((sum, { chain, next, pos }) => {
      const row = rows.get(chain);
      return row && row.pos < pos ? sum + Math.max(0, next - row.next) : sum;
    }, 0);
    onLeft(left);
  }
}

/** What the person wants kept of a community. */
export async function policyOf(db: DeviceDatabase, community: string): Promise<KeepPolicy> {
  return (await db.kept.get(community))?.policy ?? 'everything';
}
