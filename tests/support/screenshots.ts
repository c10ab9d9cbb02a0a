import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

const sizes = { 360: 780, 768: 1024, 1440: 900 };
const folder = process.env['HEARTH_SCREENSHOTS'];

/** Whether pictures are wanted: `npm run screenshots` sets where they go. */
export const wanted = folder !== undefined;

/**
 * Keeps what is on the screen as `name-width-theme.png`, in every width and colour scheme; nothing at all while no pictures are wanted.
 * @param widths only these
 */
export async function shoot(page: Page, name: string, widths: readonly number[] = [360, 768, 1440]): Promise<void> {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  for (const [width, height] of Object.entries(sizes)) {
    if (!widths.includes(Number(width))) continue;
    await page.setViewportSize({ width: Number(width), height });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(async () => {
        await document.fonts.ready;
        // Two frames: what follows the size of the window has followed it.
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      });
      const file = path.join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (before) await page.setViewportSize(before);
}
