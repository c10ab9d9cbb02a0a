import { SEGMENT, segmentOf } from '#kernel/records.ts';
import type { ChainName } from '../../database/rows.ts';
import type { ChainHead } from '../catch-up/catchup.ts';
import type { Connection } from './connection.ts';
import type { Documents } from '../documents/documents.ts';

/** While the newest segment is shorter than this, the one before is on the screen too. */
const SHORT = 200;

/** A members list of up to this many segments is attached whole; of a longer one only the newest. */
const MEMBER_SEGMENTS = 3;

/** The documents of a chain that are attached while it is on a screen. */
export function attachedSegments({ chain, next }: ChainHead): string[] {
  const newest = segmentOf(Math.max(next - 1, 0));
  const isMembers = chain.startsWith('members/');
  const first = isMembers
    ? newest < MEMBER_SEGMENTS
      ? 0
      : newest
    : next % SEGMENT > 0 && next % SEGMENT < SHORT
      ? newest - 1
      : newest;
  return Array.from(
    { length: newest - Math.max(0, first) + 1 },
    (_, index) => `${chain}/${Math.max(0, first) + index}`,
  );
}

/** Keeps attached on the socket what is on a screen. */
export class Attachments {
  readonly #documents: Documents;
  readonly #connection: Connection;
  /** Attached, and complete since the answer to it. */
  readonly #live = new Set<string>();
  readonly #wanted = new Set<string>();

  constructor(documents: Documents, connection: Connection) {
    this.#documents = documents;
    this.#connection = connection;
  }

  isLive(document: string): boolean {
    return this.#live.has(document);
  }

  isWanted(document: string): boolean {
    return this.#wanted.has(document);
  }

  /** Attaches and detaches to match. A segment stays attached when a newer one begins, until its chain leaves the screens. */
  async match(heads: ChainHead[]): Promise<void> {
    const chains = new Set<ChainName>(heads.map(({ chain }) => chain));
    for (const name of [...this.#wanted]) {
      if (!chains.has(name.slice(0, name.lastIndexOf('/')))) this.release(name);
    }
    for (const name of heads.flatMap(attachedSegments)) {
      if (this.#wanted.has(name) && this.#connection.socket?.isAttached(name)) continue;
      this.#wanted.add(name);
      this.#documents.pin(name);
      const document = await this.#documents.open(name);
      if (this.#wanted.has(name)) this.#connection.socket?.attach(name, document.stateVector());
    }
  }

  /** The answer to attaching came: the document is current from here on. */
  live(document: string): void {
    this.#live.add(document);
  }

  release(name: string): void {
    this.#wanted.delete(name);
    this.#live.delete(name);
    this.#documents.unpin(name);
    this.#connection.socket?.detach(name);
  }

  disconnected(): void {
    this.#live.clear();
  }
}
