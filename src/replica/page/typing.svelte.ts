/** Someone who stopped typing says nothing: after this long they are not shown. Milliseconds. */
const SHOWN = 6_000;
/** One's own typing is told this often at most. Milliseconds. */
const TOLD = 3_000;

interface Typist {
  user: string;
  name: string;
}

/** Who is typing where, by what was heard lately. */
export class Typing {
  #channels = $state.raw<ReadonlyMap<string, readonly Typist[]>>(new Map());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #told = new Map<string, number>();

  in(channel: string): Typist[] {
    return [...(this.#channels.get(channel) ?? [])];
  }

  hear(channel: string, user: string, name: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.#remove(channel, user), SHOWN),
    );
    const others = this.in(channel).filter((one) => one.user !== user);
    this.#channels = new Map(this.#channels).set(channel, [...others, { user, name }]);
  }

  /** Whether it is time to tell again that this person types. */
  shouldTell(channel: string): boolean {
    if (Date.now() - (this.#told.get(channel) ?? 0) < TOLD) return false;
    this.#told.set(channel, Date.now());
    return true;
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #remove(channel: string, user: string): void {
    this.#timers.delete(`${channel} ${user}`);
    this.#channels = new Map(this.#channels).set(
      channel,
      this.in(channel).filter((one) => one.user !== user),
    );
  }
}
