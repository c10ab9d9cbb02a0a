import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { password, type Resident, type Town } from './town.ts';

/** One browser of one person, with the app in front of them. What they do and see, in their words. */
export class Device {
  readonly town: Town;
  readonly #openBrowser: () => Promise<BrowserContext>;
  context: BrowserContext;
  page: Page;

  private constructor(town: Town, open: () => Promise<BrowserContext>, context: BrowserContext, page: Page) {
    this.town = town;
    this.#openBrowser = open;
    this.context = context;
    this.page = page;
  }

  static async open(town: Town, openBrowser: () => Promise<BrowserContext>): Promise<Device> {
    const context = await openBrowser();
    return new Device(town, openBrowser, context, context.pages()[0] ?? (await context.newPage()));
  }

  /** The browser is closed; a lasting one keeps what is on its disk. */
  closeBrowser(): Promise<void> {
    return this.context.close();
  }

  /** Another start of the browser. */
  async start(): Promise<void> {
    this.context = await this.#openBrowser();
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
  }

  /** Another start of the browser, at an address typed into it. */
  async reopen(path: string): Promise<void> {
    await this.start();
    await this.page.goto(path);
  }

  /** The same device in a second tab. */
  async tab(path: string): Promise<Device> {
    const page = await this.context.newPage();
    await page.goto(path);
    return new Device(this.town, this.#openBrowser, this.context, page);
  }

  async signIn(person: Resident, path = '/'): Promise<void> {
    await this.page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
    await this.signInHere(person);
    await expect(this.page).toHaveURL((url) => url.pathname + url.search === path);
  }

  async signInHere(person: Resident): Promise<void> {
    await this.page.getByLabel('E-mail').fill(person.email);
    await this.page.locator('input[name=password]').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Signs in and goes to a channel; the history is on the screen, and the service worker keeps the app. */
  async enter(person: Resident, channel = 'general'): Promise<void> {
    await this.signIn(person, await this.town.channelPath(channel));
    await expect(this.composer).toBeVisible();
    await this.settled();
  }

  /** The app would start again without a network: its worker is in charge. */
  async settled(): Promise<void> {
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect.poll(() => this.page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  }

  async goOffline(): Promise<void> {
    await this.context.setOffline(true);
    await expect(this.foot(/^Offline/)).toBeAttached();
  }

  async goOnline(): Promise<void> {
    await this.context.setOffline(false);
  }

  get composer(): Locator {
    return this.page.locator('footer.composer textarea');
  }

  get messages(): Locator {
    return this.page.locator('article.message');
  }

  /** The one message that says this, not those that answer it. */
  message(text: string | RegExp): Locator {
    return this.messages.filter({ has: this.page.locator('.plain, .rich', { hasText: text }) });
  }

  /** The line about the network. */
  foot(words: string | RegExp): Locator {
    return this.page.locator('a[href="/waiting"] [role=status]').filter({ hasText: words });
  }

  place(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Tide School' }).getByRole('link', { name });
  }

  async goTo(channel: string): Promise<void> {
    await this.place(channel).first().click();
    await expect(this.page.getByRole('heading', { level: 1, name: channel })).toBeVisible();
    await expect(this.composer).toBeVisible();
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  /** Writes, and waits until the server has it. */
  async say(text: string): Promise<void> {
    await this.write(text);
    await this.expectSent(text);
  }

  async expectSent(text: string): Promise<void> {
    await expect(this.message(text)).toHaveCount(1);
    await expect(this.message(text).getByText('Waiting for its turn')).toHaveCount(0);
    await expect(this.message(text)).not.toHaveAttribute('data-state', /.*/);
  }

  async expectPending(text: string): Promise<void> {
    await expect(this.message(text).getByText('Waiting for its turn')).toBeVisible();
  }

  /** Opens the bar of a message and presses one of its buttons. */
  async press(text: string, button: string | RegExp): Promise<void> {
    await this.message(text).hover();
    await this.message(text).getByRole('button', { name: button }).first().click();
  }

  async choose(text: string, item: string | RegExp): Promise<void> {
    await this.press(text, 'More');
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  async react(text: string, emoji: string): Promise<void> {
    await this.press(text, 'React');
    await this.page.getByRole('button', { name: `React with ${emoji}` }).click();
  }

  /** Gives this place so many bytes on the device; `none` takes them away, `again` lifts the limit. */
  async roomOf(bytes: number): Promise<{ none(): Promise<void>; again(): Promise<void> }> {
    const tools = await this.context.newCDPSession(this.page);
    const origin = this.town.url;
    const limit = (quotaSize?: number) =>
      tools.send('Storage.overrideQuotaForOrigin', { origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
    await limit(bytes);
    return {
      none: async () => {
        await limit(1);
        // The browser remembers how much room there was; only what would not have fitted then makes it look again.
        await expect.poll(() => this.page.evaluate(tryToKeep, bytes + 1)).toBe('QuotaExceededError');
      },
      again: async () => {
        await limit();
        await expect.poll(() => this.page.evaluate(tryToKeep, 1)).toBe('kept');
      },
    };
  }

  /** Whether a text stands anywhere in what this device keeps: every database, every store, byte by byte. */
  keeps(text: string): Promise<string[]> {
    return this.page.evaluate(async (wanted) => {
      const utf8 = new TextEncoder().encode(wanted);
      const hasBytes = (bytes: Uint8Array): boolean => {
        for (let at = bytes.indexOf(utf8[0]!); at >= 0; at = bytes.indexOf(utf8[0]!, at + 1))
          if (utf8.every((byte, index) => bytes[at + index] === byte)) return true;
        return false;
      };
      const holds = (value: unknown): boolean => {
        if (typeof value === 'string') return value.toLowerCase().includes(wanted.toLowerCase());
        if (value instanceof ArrayBuffer) return hasBytes(new Uint8Array(value));
        if (ArrayBuffer.isView(value))
          return hasBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        if (value instanceof Map) return [...value].some(holds);
        if (typeof value !== 'object' || value === null) return false;
        return Object.entries(value).some(([key, inner]) => holds(key) || holds(inner));
      };
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('the database did not answer'));
        });
      const found: string[] = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name!));
        for (const store of database.objectStoreNames) {
          const rows = await done(database.transaction(store).objectStore(store).getAll());
          if (rows.some(holds)) found.push(`${name}/${store}`);
        }
        database.close();
      }
      if (Object.values(localStorage).some(holds)) found.push('localStorage');
      return found;
    }, text);
  }
}

/** Runs in the page: writes so many bytes into a database of its own. @returns `kept`, or the name of what went wrong */
function tryToKeep(bytes: number): Promise<string> {
  return new Promise((resolve) => {
    const request = indexedDB.open('room', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('bytes');
    request.onerror = () => resolve(request.error?.name ?? 'unknown');
    request.onsuccess = () => {
      const database = request.result;
      const writing = database.transaction('bytes', 'readwrite');
      const end = (how: string) => {
        database.close();
        resolve(how);
      };
      writing.oncomplete = () => end('kept');
      writing.onabort = () => end(writing.error?.name ?? 'unknown');
      writing.objectStore('bytes').put(new Uint8Array(bytes), 'all');
    };
  });
}
