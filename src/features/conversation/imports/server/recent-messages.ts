/**
 * Remembers when the last messages of a source were written, by key: an answer names its message by an id that holds that
 * time. Two generations bound the memory: of a longer source, answers to what lies further back stand as plain messages.
 */
export class RecentMessages {
  readonly #limit: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  /** @param limit how many are remembered at least */
  constructor(limit = 250_000) {
    this.#limit = limit;
  }

  /** Milliseconds; undefined for what never came, or came too long ago. */
  at(channel: string, key: string): number | undefined {
    const name = nameOf(channel, key);
    return this.#young.get(name) ?? this.#old.get(name);
  }

  remember(channel: string, key: string, at: number): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(nameOf(channel, key), at);
  }
}

const nameOf = (channel: string, key: string) => `${channel}\n${key}`;
