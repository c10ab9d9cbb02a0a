import type { Locator } from '@playwright/test';
import { expect, test } from '#tests/support/journey.ts';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

/** A finger that stays where it is. */
async function longPress(target: Locator): Promise<void> {
  const box = (await target.boundingBox())!;
  const point = {
    clientX: box.x + box.width / 2,
    clientY: box.y + box.height / 2,
    pointerType: 'touch',
    pointerId: 7,
    isPrimary: true,
    bubbles: true,
  };
  await target.dispatchEvent('pointerdown', { ...point, button: 0 });
  await expect(target.page().getByRole('dialog')).toBeVisible();
  await target.dispatchEvent('pointerup', point);
}

test('somebody with a phone finds a channel, answers by a long press, and comes back by the back button', async ({
  settle,
  device,
}) => {
  const town = await settle({ channels: ['general', 'tides'], people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('tides', 'High water at six', 'Low water at noon');
  const bo = await device(town, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await bo.signIn(town.person('Bo Lindqvist'));
  const bar = bo.page.getByRole('navigation', { name: 'Main' });
  await expect(bar).toBeInViewport();
  const channels = bar.getByRole('link', { name: 'Channels' });
  await expect(channels).toHaveAttribute('href', /^\/c\//);
  await channels.tap();
  await bo.place('tides').tap();
  await expect(bo.message('Low water at noon')).toBeInViewport();
  await expect(bo.page.getByRole('navigation', { name: 'Tide School' })).not.toBeVisible();
  await expect(bar).toBeInViewport();
  const [composer, foot] = [(await bo.composer.boundingBox())!, (await bar.boundingBox())!];
  expect(composer.y + composer.height).toBeLessThanOrEqual(foot.y);

  await longPress(bo.message('High water at six'));
  const sheet = bo.page.getByRole('dialog');
  await expect(sheet).toContainText('High water at six');
  await sheet.getByRole('button', { name: 'React with 👍' }).tap();
  await expect(bo.message('High water').getByRole('button', { name: '👍, 1, yours included' })).toBeVisible();
  await longPress(bo.message('High water at six'));
  await sheet.getByRole('button', { name: 'Reply' }).tap();
  await expect(bo.page.getByText('Reply to Ines Carvalho')).toBeVisible();
  await bo.composer.fill('Thank you');
  await bo.page.getByRole('button', { name: 'Send' }).tap();
  await bo.expectSent('Thank you');

  await test.step('the keyboard takes half of the screen, and one still sees what one writes', async () => {
    await bo.composer.tap();
    await bo.page.setViewportSize({ width: 360, height: 400 });
    await expect(bo.composer).toBeInViewport({ ratio: 1 });
    await expect(bo.message('Thank you')).toBeInViewport();
    await bo.page.setViewportSize({ width: 360, height: 740 });
  });

  await bo.page.getByRole('link', { name: 'Back to channels' }).tap();
  await expect(bo.place('general')).toBeInViewport();
  await bo.place('general').tap();
  await expect(bo.page.getByRole('heading', { level: 1, name: 'general' })).toBeVisible();
  await bo.page.goBack();
  await expect(bo.place('general')).toBeInViewport();
  expect(await bo.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
