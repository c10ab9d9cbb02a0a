import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { run } from './processes.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Finds a Chromium for the journeys: Playwright's own, the system's, one that Playwright downloads, Debian's package.
 * @param {string} node
 * @returns {string | undefined} its path; undefined: Playwright's own
 */
export function findChromium(node) {
  const given = process.env['HEARTH_CHROMIUM'];
  if (given) return given;
  const { chromium } = createRequire(import.meta.url)('playwright');
  const own = () => existsSync(chromium.executablePath());
  const system = () => places.find((place) => existsSync(place));
  if (own()) return undefined;
  const installed = system();
  if (installed) return installed;
  console.log('Fetching Chromium for the journeys.');
  if (run(node, 'node_modules/playwright/cli.js', ['install', 'chromium']) === 0 && own()) return undefined;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.log('The download failed; installing the system package.');
    spawnSync('sh', ['-c', 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium'], {
      stdio: 'inherit',
    });
  }
  const found = system();
  if (!found) throw new Error('The journeys need Chromium. Install it, or name its program in HEARTH_CHROMIUM.');
  return found;
}
