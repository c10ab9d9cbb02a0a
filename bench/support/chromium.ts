import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { findChromium } from '../../bin/launch/chromium.mjs';

/** How much slower the main thread of a phone is than this machine's. */
export const PHONE = 4;

export interface Profile {
  /** Starts a browser process of its own with what earlier ones kept. */
  open(): Promise<BrowserContext>;
  remove(): void;
}

/** A browser's profile in a temporary folder, which outlives its processes. */
export function createProfile(): Profile {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hearth-bench-profile-'));
  const executablePath = findChromium(process.execPath);
  return {
    open: () =>
      chromium.launchPersistentContext(folder, {
        ...(executablePath ? { executablePath } : {}),
        viewport: { width: 1440, height: 900 },
        // Chromium's own sandbox needs user namespaces, which root in a container does not get.
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }),
  };
}

export async function firstPage(context: BrowserContext): Promise<Page> {
  return context.pages()[0] ?? context.newPage();
}

/** Slows the page's main thread down, over navigations. */
export async function throttle(page: Page, rate: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  return session;
}

/** Heap of the page's scripts in MB, after a collection. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/**
 * Runs in the page before anything else: from then on `painted` answers when what matches was painted, in milliseconds since the navigation
 * began. May be asked for several things.
 */
export function watchFor(selector: string): void {
  const sought = ((window as unknown as Watching).painted ??= {});
  sought[selector] = new Promise((resolve) => {
    const look = (): void => {
      const found = document.querySelector(selector);
      if (!found?.checkVisibility({ visibilityProperty: true })) return void requestAnimationFrame(look);
      // A message posted in a frame arrives when that frame is painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}

interface Watching {
  painted?: Record<string, Promise<number>>;
}

/** How long anything may take to be painted, in milliseconds: past it, it never will be. */
const PATIENCE = 60_000;

/** Milliseconds from the navigation to the paint of what `watchFor` was told to look for. */
export async function painted(page: Page, selector: string): Promise<number> {
  const ms = await page.evaluate(
    ([selector, patience]) =>
      Promise.race([
        (window as unknown as Watching).painted?.[selector] ?? null,
        new Promise<null>((resolve) => setTimeout(() => resolve(null), patience)),
      ]),
    [selector, PATIENCE] as const,
  );
  if (ms === null)
    throw new Error(`${page.url()} did not paint what it was opened for: ${await page.innerText('body')}`);
  return ms;
}
