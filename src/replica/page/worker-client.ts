import type { SearchAnswer } from '../api.ts';
import type { FromWorker, SearchOptions, ToWorker } from '../worker/messages.ts';

/** This page's end of its worker. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve(answer: SearchAnswer): void; reject(error: unknown): void }>();
  #last = 0;

  constructor(account: string) {
    this.#worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'hearth' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const open = this.#open.get(data.id);
      this.#open.delete(data.id);
      if (data.t === 'found') open?.resolve(data.answer);
      else open?.reject(new Error(data.reason));
    };
    this.#send({ t: 'start', account });
  }

  setVisible(visible: boolean): void {
    this.#send({ t: 'visible', visible });
  }

  /** An aborted search is dropped when its answer comes: the worker is done sooner than a message would stop it. */
  search(query: string, options: SearchOptions, signal?: AbortSignal): Promise<SearchAnswer> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      this.#open.set(id, { resolve, reject });
      signal?.addEventListener('abort', () => {
        if (this.#open.delete(id)) reject(signal.reason);
      });
      this.#send({ t: 'search', id, query, options });
    });
  }

  stop(): void {
    this.#send({ t: 'stop' });
    for (const { reject } of this.#open.values()) reject(new Error('the replica was stopped'));
    this.#open.clear();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
