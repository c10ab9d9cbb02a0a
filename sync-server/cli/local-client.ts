import { Agent, request, type RequestOptions } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { SystemCommand } from '#kernel/commands.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { ImportDoor } from '#features/conversation/imports/server/index.ts';
import { readLocalAddress } from '../http/local-address.ts';
import { Ending, EXIT } from './ending.ts';

/** The server could not be reached; it may be starting, or gone. */
class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The server's answer, when it refuses. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT']);
/** How long a server that was there may be away in the middle of something: a restart, or a machine that is full. */
const PATIENCE = 60_000;
const PAUSE = 250;

export interface LocalClientOptions {
  dataDir: string;
  /** Says in words what is being waited for. */
  onWait?: (words: string) => void;
  signal?: AbortSignal;
}

/** Speaks to the running server of a data folder by its local socket. */
export class LocalClient implements ImportDoor {
  readonly #options: LocalClientOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(options: LocalClientOptions) {
    this.#options = options;
  }

  /** Undefined for 404. Throws `Ending` when no server runs. */
  async get<T>(path: string): Promise<T | undefined> {
    try {
      return (await this.#send('GET', path)) as T;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw this.#inWords(error);
    }
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    try {
      return (await this.#send('POST', path, body)) as T;
    } catch (error) {
      throw this.#inWords(error);
    }
  }

  /** Sends it until there is an answer: the same id, so that a command whose answer was lost is not applied twice. */
  async submit(command: SystemCommand): Promise<Exclude<Receipt, { wait: unknown }>> {
    for (;;) {
      const { receipts } = (await this.#persist('/commands', { commands: [command] })) as { receipts: Receipt[] };
      const receipt = receipts[0];
      if (!receipt) throw new Error('The server answered without a receipt.');
      if (!('wait' in receipt)) return receipt;
      this.#options.onWait?.(
        receipt.wait.reason === 'database' ? 'The database is away; waiting for it.' : 'The server is busy; waiting.',
      );
      await pause(Math.min(Math.max(receipt.wait.until - Date.now(), 50), 10_000), undefined, {
        signal: this.#options.signal,
      });
    }
  }

  async known(channel: string, ids: string[]): Promise<string[]> {
    return ((await this.#persist('/known', { channel, ids })) as { known: string[] }).known;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Past a server that is restarted meanwhile, with its socket elsewhere. */
  async #persist(path: string, body: unknown): Promise<unknown> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      try {
        return await this.#send('POST', path, body);
      } catch (error) {
        const passes = error instanceof Unreachable || (error instanceof Refused && error.status === 503);
        if (!passes) throw this.#inWords(error);
        if (performance.now() > end) throw goneForLong();
        this.#options.onWait?.('The server does not answer; waiting for it.');
        await pause(PAUSE, undefined, { signal: this.#options.signal });
      }
    }
  }

  #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const address = readLocalAddress(this.#options.dataDir);
    if (!address) return Promise.reject(new Unreachable());
    const where = address.socket ? { socketPath: address.socket } : { host: '127.0.0.1', port: address.port };
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const options: RequestOptions = {
      ...where,
      method,
      path,
      agent: this.#agent,
      headers: {
        host: 'local',
        ...(sent ? { 'content-type': 'application/json', 'content-length': sent.length } : {}),
        ...(address.secret ? { authorization: `Bearer ${address.secret}` } : {}),
      },
    };
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(AWAY.has(error.code ?? '') ? new Unreachable() : error);
      const outgoing = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on('error', fail).on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const answer = parse(Buffer.concat(parts).toString('utf8'));
          const status = response.statusCode ?? 0;
          if (status < 300) resolve(answer);
          else reject(new Refused(status, wordsOf(answer) ?? `The server answered ${status}.`));
        });
      });
      outgoing.on('error', fail);
      outgoing.end(sent);
    });
  }

  #inWords(error: unknown): unknown {
    if (!(error instanceof Unreachable)) return error;
    return new Ending(
      EXIT.noServer,
      `No Hearth is running with ${this.#options.dataDir}.\n` +
        'Start it ("npm start"), then run this again; or set HEARTH_DATA_DIR to the folder of the one you mean.',
    );
  }
}

function goneForLong(): Ending {
  return new Ending(
    EXIT.noServer,
    `Hearth has not answered for ${PATIENCE / 1000} seconds. What was taken before stays.\n` +
      'When it runs again, run the same command again: it goes on from there.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text.slice(0, 200) };
  }
}

function wordsOf(answer: unknown): string | undefined {
  const { detail, todo } = answer as { detail?: string; todo?: string };
  return detail && todo ? `${detail} ${todo}` : detail;
}
