import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test as base, type BrowserContext, type BrowserContextOptions } from '@playwright/test';
import { Device } from './journey-device.ts';
import { buildTown, Town, type TownOptions } from './town.ts';

export { expect } from '@playwright/test';

interface Journey {
  /** A running town, ended after the test. */
  settle(options?: TownOptions): Promise<Town>;
  /** A server that nobody has set up yet. */
  bare(): Promise<Town>;
  /** A browser of its own, with nothing kept in it. */
  device(town: Town, options?: BrowserContextOptions): Promise<Device>;
  /** A browser whose profile outlives being closed: `device.closeBrowser()` and `device.reopen()`. */
  lasting(town: Town, options?: BrowserContextOptions): Promise<Device>;
  /** What pages complained of so far: errors nobody caught, errors in the console, a policy that was broken. */
  complaints: string[];
}

/**
 * Complaints about the network, which a journey cuts on purpose, are the browser's own words and not the app's.
 * A refusal by its status is said by the app in words, and looked for there.
 */
const ofTheNetwork =
  /^Failed to load resource: (net::ERR_|the server responded with a status of (401|403|404|409|429|503) )|^WebSocket connection to .* failed/;

/** Journeys: people in real Chromium. Whatever a page complains of fails the journey. */
export const test = base.extend<Journey>({
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    base.expect(complaints, 'what the pages complained of').toEqual([]);
  },

  settle: async ({}, use) => {
    const towns: Town[] = [];
    await use(async (options) => {
      const town = await buildTown(options);
      towns.push(town);
      return town;
    });
    await Promise.all(towns.map((town) => town.end()));
  },

  bare: async ({}, use) => {
    const towns: Town[] = [];
    await use(async () => {
      const town = new Town();
      towns.push(town);
      await town.start();
      return town;
    });
    await Promise.all(towns.map((town) => town.end()));
  },

  device: async ({ browser, complaints, contextOptions }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (town, options) => {
      const open = async () => {
        const context = await browser.newContext({ ...contextOptions, baseURL: town.url, ...options });
        contexts.push(context);
        listen(context, complaints);
        return context;
      };
      return Device.open(town, open);
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  lasting: async ({ playwright, launchOptions, complaints, contextOptions }, use) => {
    const profiles: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (town, options) => {
      const profile = mkdtempSync(path.join(os.tmpdir(), 'hearth-profile-'));
      profiles.push(profile);
      const open = async () => {
        const context = await playwright.chromium.launchPersistentContext(profile, {
          ...launchOptions,
          ...contextOptions,
          baseURL: town.url,
          ...options,
        });
        contexts.push(context);
        listen(context, complaints);
        return context;
      };
      return Device.open(town, open);
    });
    await Promise.all(contexts.map((context) => context.close()));
    for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
  },
});

/** The hash of `body {}`, a style that Playwright itself puts into a page to take a picture of it. */
const ofThePicture = "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

function listen(context: BrowserContext, complaints: string[]): void {
  context.on('weberror', (error) => complaints.push(`error on ${error.page()?.url()}: ${error.error().stack}`));
  context.on('console', (message) => {
    const text = message.text();
    const broken = message.type() === 'error' || text.includes('Content Security Policy');
    if (broken && !ofTheNetwork.test(text) && !text.includes(ofThePicture))
      complaints.push(`console of ${message.page()?.url()}: ${text}`);
  });
}
