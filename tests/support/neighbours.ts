import type { Browser as Chromium, BrowserContext, Page } from '@playwright/test';
import { COMMAND_VERSION } from '#kernel/limits.ts';
import { ulid } from '#kernel/ids.ts';
import { Browser } from './browser.ts';
import { startHearth, type Hearth } from './server.ts';

const password = 'a few words in a row';

interface Me {
  account: { id: string };
  device: string;
}

/** Someone with an account, acting from a device of their own without a screen. */
export class Neighbour {
  readonly id: string;
  readonly email: string;
  readonly #browser: Browser;
  readonly #device: string;

  constructor(browser: Browser, email: string, { account, device }: Me) {
    this.#browser = browser;
    this.email = email;
    this.id = account.id;
    this.#device = device;
  }

  /** Sends a command and throws unless it is accepted. */
  async do(name: string, args: Record<string, unknown>): Promise<void> {
    const command = {
      id: ulid(),
      account: this.id,
      name,
      args,
      at: Date.now(),
      device: this.#device,
      version: COMMAND_VERSION,
    };
    const { body } = await this.#browser.post('/api/commands', { commands: [command] });
    const receipt = (body as { receipts: { ok: boolean }[] }).receipts[0];
    if (!receipt?.ok) throw new Error(`${name} was not accepted: ${JSON.stringify(body)}`);
  }

  async join(invite: string): Promise<void> {
    const { status, body } = await this.#browser.post(`/api/invites/${invite}/join`, {});
    if (status !== 200) throw new Error(`could not join: ${JSON.stringify(body)}`);
  }
}

/** A server with a community called Garden, its owner Ines, and one channel. */
export interface Neighbourhood {
  hearth: Hearth;
  ines: Neighbour;
  garden: string;
  general: string;
  /** The address of #general. */
  address: string;
  /** Makes an account that is in the garden. */
  move(name: string): Promise<Neighbour>;
  /** Ines says something in #general. */
  say(body: string): Promise<void>;
}

export async function buildNeighbourhood(): Promise<Neighbourhood> {
  const email = 'ines@example.org';
  const hearth = await startHearth({ env: { HEARTH_ADMIN_EMAIL: email, HEARTH_ADMIN_PASSWORD: password } });
  const ines = await enter(hearth, email);
  const [garden, general, invite] = [ulid(), ulid(), ulid()];
  await ines.do('community.create', {
    community: garden,
    slug: 'garden',
    name: 'Garden',
    description: '',
    categories: [],
    channels: [{ id: general, name: 'general', topic: '', category: null }],
  });
  await ines.do('invite.create', { community: garden, id: invite });
  return {
    hearth,
    ines,
    garden,
    general,
    address: `${hearth.url}/c/garden/${general}`,
    async move(name) {
      const own = `${name.toLowerCase()}@example.org`;
      await new Browser(hearth.url).post('/api/auth/sign-up/email', { name, email: own, password });
      const neighbour = await enter(hearth, own);
      await neighbour.join(invite);
      return neighbour;
    },
    say: (body) => ines.do('message.post', { community: garden, channel: general, body }),
  };
}

async function enter({ url }: Hearth, email: string): Promise<Neighbour> {
  const browser = new Browser(url);
  await browser.post('/api/auth/sign-in/email', { email, password });
  return new Neighbour(browser, email, (await browser.get('/api/me')).body as Me);
}

/** A browser of somebody's, signed in, whose service worker is ready for a life without a network. */
export async function openDevice(
  chromium: Chromium,
  { hearth }: Neighbourhood,
  { email }: Neighbour,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(`${hearth.url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  return { context, page };
}

/** Every byte a page's origin keeps in IndexedDB, as text. */
export function everythingKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no answer'));
      });
    const decoder = new TextDecoder();
    const parts: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await settled(indexedDB.open(name ?? ''));
      for (const table of db.objectStoreNames) {
        const rows: unknown[] = await settled(db.transaction(table).objectStore(table).getAll());
        parts.push(
          table,
          JSON.stringify(rows, (_key, value: unknown) => (ArrayBuffer.isView(value) ? decoder.decode(value) : value)),
        );
      }
      db.close();
    }
    return parts.join('\n');
  });
}
