#!/usr/bin/env node
// Draws the app's PNG icons from static/icon.svg in Chromium. Run it when the mark changes, and commit what it writes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';

const folder = path.resolve(import.meta.dirname, '../static');
const mark = readFileSync(path.join(folder, 'icon.svg'), 'utf8');
// A launcher cuts maskable icons to its own shape: the ground fills the square, the mark keeps to the middle four fifths.
const square = mark
  .replace('rx="14" ', '')
  .replace('viewBox="0 0 64 64"', 'viewBox="-8 -8 80 80"')
  .replace('width="64" height="64"', 'x="-8" y="-8" width="80" height="80"');

const icons = [
  { file: 'icon-192.png', size: 192, svg: mark },
  { file: 'icon-512.png', size: 512, svg: mark },
  { file: 'icon-maskable-512.png', size: 512, svg: square },
  { file: 'apple-touch-icon.png', size: 180, svg: square },
];

const executablePath = process.env['HEARTH_CHROMIUM'];
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  for (const { file, size, svg } of icons) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>html, body { margin: 0; background: transparent } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`,
    );
    await page.screenshot({ path: path.join(folder, file), omitBackground: true });
  }
} finally {
  await browser.close();
}
