import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { BrowserContext, Page } from 'playwright';
import type { Places } from '#kernel/places.ts';
import { runCli } from '#tests/support/hearth-cli.ts';
import { startHearth, type Hearth } from '#tests/support/server.ts';
import type { Line } from './history.ts';

const operator = { email: 'operator@example.org', password: 'a few words in a row' };

/** The built app and its server as they ship, with an operator, in a temporary folder. */
export interface Place {
  hearth: Hearth;
  /** Takes these lines over into their channels, which are made; run again with more, it goes on. */
  import(lines: Line[], options?: { batch?: number }): Promise<void>;
  /** Signs the operator in on this browser, and nothing more: no page of the app is opened. */
  signIn(context: BrowserContext): Promise<void>;
  places(context: BrowserContext): Promise<Places>;
  /** Address of a channel by its name. */
  address(context: BrowserContext, channel: string): Promise<string>;
  remove(): Promise<void>;
}

export async function startPlace(): Promise<Place> {
  const hearth = await startHearth({
    env: {
      HEARTH_ADMIN_EMAIL: operator.email,
      HEARTH_ADMIN_PASSWORD: operator.password,
      // What a benchmark writes in a minute is more than a person may.
      HEARTH_RATES: '{"messages": [[1000000, 60]]}',
    },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-bench-import-'));
  const places = async (context: BrowserContext): Promise<Places> =>
    (await (await context.request.get(`${hearth.url}/api/places`)).json()) as Places;
  return {
    hearth,
    places,
    async import(lines, { batch } = {}) {
      const file = path.join(folder, 'history.jsonl');
      const stream = createWriteStream(file);
      for (const line of lines) stream.write(`${JSON.stringify(line)}\n`);
      stream.end();
      await finished(stream);
      const more = batch ? ['--batch', String(batch)] : [];
      const { exit, err, out } = await runCli(hearth.dataDir, [
        'import',
        'jsonl',
        file,
        '--community',
        'Bench',
        ...more,
      ]);
      if (exit !== 0) throw new Error(`the import ended with ${exit}: ${err}${out}\n${hearth.output()}`);
    },
    async signIn(context) {
      const answer = await context.request.post(`${hearth.url}/api/auth/sign-in/email`, {
        data: operator,
        headers: { origin: hearth.url },
      });
      if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
      const { account, device } = (await answer.json()) as {
        account: { id: string; name: string; email: string; operator: boolean };
        device: string;
      };
      const kept = { account: { userId: account.id, ...account, device, signedInAt: Date.now() }, state: 'in' };
      await context.addInitScript((text) => {
        if (!localStorage.getItem('hearth-session')) localStorage.setItem('hearth-session', text);
      }, JSON.stringify(kept));
    },
    async address(context, channel) {
      for (const community of (await places(context)).communities) {
        const found = community.channels.find(({ name }) => name === channel);
        if (found) return `${hearth.url}/c/${community.slug}/${found.id}`;
      }
      throw new Error(`there is no channel ${channel}`);
    },
    async remove() {
      await hearth.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the device keeps, read from its database as it lies there. */
export interface KeptHere {
  chains: { chain: string; next: number; pos: number; segments: { records: number }[] }[];
  /** Last message of each chain's newest chunk. */
  newest: Record<string, string>;
  /** How many screens are kept for the next start. */
  stills: number;
}

export function readDevice(page: Page): Promise<KeptHere> {
  return page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('hearth-'))?.name;
    if (!name) return { chains: [], newest: {}, stills: 0 };
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('the database refused'));
      });
    const db = await done(indexedDB.open(name));
    try {
      if (!db.objectStoreNames.contains('chains')) return { chains: [], newest: {}, stills: 0 };
      const store = db.transaction(['chains', 'chunks', 'stills']);
      const chains = await done<KeptHere['chains']>(store.objectStore('chains').getAll());
      const newest: KeptHere['newest'] = {};
      for (const { chain, next } of chains) {
        const row = await done<{ records: { id: string }[] } | undefined>(
          store.objectStore('chunks').get([chain, Math.floor(Math.max(next - 1, 0) / 100)]),
        );
        const last = row?.records.at(-1)?.id;
        if (last) newest[chain] = last;
      }
      const stills = await done<{ still: unknown }[]>(store.objectStore('stills').getAll());
      return { chains, newest, stills: stills.filter(({ still }) => still !== null).length };
    } finally {
      db.close();
    }
  });
}

/** Waits until a page's answer is as wished. */
export async function until<T>(ask: () => Promise<T>, is: (answer: T) => boolean, what: string): Promise<T> {
  const late = Date.now() + 180_000;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (Date.now() > late)
      throw new Error(`in vain: ${what}; the last answer was ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
