import type { Page } from '@playwright/test';
import type { Device } from '#tests/support/journey-device.ts';
import { expect, test } from '#tests/support/journey.ts';

/** Notes whether a picture of the last screen stood there, and whether it did before the app. */
async function watchStart(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const picture = document.querySelector('[data-still]:has(+ *)')?.checkVisibility();
      const app = document.querySelector('article.message')?.checkVisibility({ visibilityProperty: true });
      const now = [picture && 'picture', app && 'app'].filter(Boolean).join(' and ');
      if (now !== '' && now !== seen.at(-1)) seen.push(now);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

const seenOn = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { seen: string[] }).seen);

/** Whether a picture that holds this text is kept on the device. */
const pictured = async (device: Device, text: string): Promise<boolean> =>
  (await device.keeps(text)).some((where) => where.endsWith('/stills'));

/** What the server still has to say, how far a channel goes among it, would take the picture away again for a moment. */
async function goneQuiet(device: Device): Promise<void> {
  await device.town.cutOff();
  await expect(device.foot(/^Offline/)).toBeAttached();
}

test('the last screen of a channel stands there before the app does, with the server gone', async ({
  settle,
  lasting,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  await town.owner.says('general', 'Keep the lamp **lit**');
  const device = await lasting(town);
  await device.enter(town.person('Bo Lindqvist'));
  const path = await town.channelPath('general');
  await device.say('I will look after it');
  await goneQuiet(device);
  await expect.poll(() => pictured(device, 'I will look after it')).toBe(true);
  await device.closeBrowser();

  await device.start();
  await watchStart(device.page);
  const answer = await device.page.goto(path);
  expect(await answer?.text()).toContain('I will look after it');
  await expect(device.message('Keep the lamp lit')).toBeVisible();
  await expect(device.page.locator('[data-still]')).toHaveCount(0);
  expect((await seenOn(device.page))[0]).toBe('picture');
  expect((await seenOn(device.page)).at(-1)).toBe('app');
  await device.write('And about the wick');
  await expect(device.message('And about the wick')).toBeVisible();
});

test('what somebody deleted is in no picture of the screens it stood on (E1, O8)', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const [ines, bo] = [await device(town), await device(town)];
  await ines.enter(town.owner);
  await bo.enter(town.person('Bo Lindqvist'));
  await ines.say('The key is under the mat');
  await ines.say('The tide is at nine');
  await expect.poll(() => pictured(bo, 'under the mat')).toBe(true);
  await ines.choose('under the mat', 'Delete');
  await expect(bo.message('under the mat')).toHaveCount(0);
  await expect.poll(() => pictured(bo, 'under the mat')).toBe(false);
  await goneQuiet(bo);
  await expect.poll(() => pictured(bo, 'The tide is at nine')).toBe(true);
  const answer = await bo.page.reload();
  expect(await answer?.text()).toContain('The tide is at nine');
  expect(await answer?.text()).not.toContain('under the mat');
});

test('the last screen of somebody who signed out is shown to nobody', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const shared = await device(town);
  await shared.enter(town.owner);
  await shared.say('Only for whoever is signed in');
  await expect.poll(() => pictured(shared, 'Only for whoever')).toBe(true);
  const path = await town.channelPath('general');
  await shared.page.goto('/settings');
  await shared.page.getByRole('button', { name: 'Sign out' }).click();
  await shared.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  // Led away at once, and then to a page that is loaded anew.
  await expect(shared.page).toHaveURL(/\/sign-in$/);

  await watchStart(shared.page);
  await shared.page.goto(path);
  await expect(shared.page).toHaveURL(/\/sign-in/);
  expect(await seenOn(shared.page)).toEqual([]);
  await shared.signInHere(town.person('Bo Lindqvist'));
  await expect(shared.message('Only for whoever')).toBeVisible();
  expect(await seenOn(shared.page)).toEqual(['app']);
});
