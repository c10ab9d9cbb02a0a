import { ulid } from '#kernel/ids.ts';
import type { Answer, Ask, Bus } from '../device/bus.ts';

/** An answer that takes longer than this will not come: the leader is gone. Milliseconds. */
const PATIENCE = 15_000;

/** Questions of a page to whichever tab leads. */
export class Asking {
  readonly #bus: Bus;
  readonly #open = new Map<string, { ask: Ask; resolve(answer: Answer): void; timer: ReturnType<typeof setTimeout> }>();

  constructor(bus: Bus) {
    this.#bus = bus;
    bus.listen((message) => {
      if (message.t === 'answer') this.#settle(message.id, message.answer);
    });
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve) => {
      const id = ulid();
      const timer = setTimeout(() => this.#settle(id, { ok: false }), PATIENCE);
      this.#open.set(id, { ask, resolve, timer });
      this.#bus.send({ t: 'ask', id, ask });
    });
  }

  /** Another tab leads now, who has not heard the open questions. */
  repeat(): void {
    for (const [id, { ask }] of this.#open) this.#bus.send({ t: 'ask', id, ask });
  }

  stop(): void {
    for (const id of [...this.#open.keys()]) this.#settle(id, { ok: false });
  }

  #settle(id: string, answer: Answer): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    clearTimeout(open.timer);
    open.resolve(answer);
  }
}
