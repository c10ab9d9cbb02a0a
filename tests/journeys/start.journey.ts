import { expect, test } from '@playwright/test';
import { startHearth } from '#tests/support/server.ts';

test('a newcomer opens the address that npm start prints', async ({ page }) => {
  const hearth = await startHearth();
  await page.goto(hearth.url);
  await expect(page).toHaveTitle(/Hearth/);
  await hearth.stop();
  await hearth.remove();
});
