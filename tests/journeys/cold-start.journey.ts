import { expect, test } from '#tests/support/journey.ts';

const history = Array.from({ length: 1_400 }, (_, at) => `Low water ${at + 1} at the mill`);

test('somebody opens any deep link of the app with the server gone and the browser just started, and reads all that is kept', async ({
  settle,
  lasting,
}) => {
  test.slow();
  const town = await settle({ channels: ['general', 'tides'], people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('tides', ...history);
  await town.owner.says('general', 'Keep the lamp **lit**');
  const device = await lasting(town);
  await device.enter(town.person('Bo Lindqvist'), 'general');
  await test.step('everything arrives', async () => {
    await device.page.goto('/waiting');
    await expect(device.page.getByText('1,401 of 1,401')).toBeVisible();
    await device.page.goto(`/c/${town.community.slug}/members`);
    await expect(device.page.getByText('Ines Carvalho').first()).toBeVisible();
  });
  const tides = await town.channelPath('tides');
  const general = await town.channelPath('general');
  await device.closeBrowser();
  await town.cutOff();

  await test.step('a channel, at its newest', async () => {
    await device.reopen(general);
    await expect(device.message('Keep the lamp lit')).toBeVisible();
    await expect(device.foot(/^Offline/)).toBeAttached();
  });
  await test.step('a history, at its first unread, scrolled to its very beginning', async () => {
    await device.closeBrowser();
    await device.reopen(`${tides}?at=700`);
    await expect(device.message('Low water 701 at')).toBeInViewport();
    await device.composer.press('Shift+Tab');
    await device.page.keyboard.press('Home');
    await expect(async () => {
      await device.page.locator('section.scroller').hover();
      await device.page.mouse.wheel(0, -40_000);
      await expect(device.message('Low water 1 at')).toBeInViewport({ timeout: 300 });
    }).toPass();
  });
  await test.step('members', async () => {
    await device.closeBrowser();
    await device.reopen(`/c/${town.community.slug}/members`);
    await expect(device.page.getByText('Ines Carvalho').first()).toBeVisible();
  });
  await test.step('what waits', async () => {
    await device.page.goto('/waiting');
    await expect(device.page.getByText(/You (are|have been) offline/)).toBeVisible();
    await expect(device.page.getByText('1,401 of 1,401')).toBeVisible();
  });
  await test.step('settings', async () => {
    await device.page.goto('/settings');
    await expect(device.page.getByRole('heading', { name: 'Settings' })).toBeVisible();
    await device.page.goto('/settings/devices');
    await expect(device.page.getByText('Your sessions are kept on the server')).toBeVisible();
  });
  await test.step('search, over everything kept', async () => {
    await device.page.goto('/search');
    await device.page.getByLabel('Search messages').fill('low water 42 ');
    await device.page.getByRole('link', { name: /Low water 42 at the mill/ }).click();
    await expect(device.message('Low water 42 at')).toBeInViewport();
    await device.page.goto('/search');
    await device.page.getByLabel('Search messages').fill('in:tides');
    await expect(device.page.locator('.hits li').first()).toContainText('Low water 1400 at the mill');
  });
  await test.step('the server is back, and so is everything', async () => {
    await town.start();
    await town.owner.says('tides', 'The lamp is mended');
    await device.page.goto(tides);
    await device.page.getByRole('button', { name: /new$/ }).click();
    await expect(device.message('The lamp is mended')).toHaveCount(1);
    await expect(device.foot(/Offline/)).toHaveCount(0);
  });
});
