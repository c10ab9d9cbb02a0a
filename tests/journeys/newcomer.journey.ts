import type { Page } from '@playwright/test';
import type { Device } from '#tests/support/journey-device.ts';
import { expect, test } from '#tests/support/journey.ts';
import { shoot } from '#tests/support/screenshots.ts';
import { password } from '#tests/support/town.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('a newcomer sets the place up, looks around, writes, loses the network, goes on writing, and everyone reads it once @screenshots', async ({
  bare,
  device,
}) => {
  test.slow();
  const town = await bare();
  const nadia = await device(town, { permissions: ['clipboard-read', 'clipboard-write'] });
  const bo = await device(town);
  await setUp(nadia.page, town.hearth.output());
  await lookAround(nadia);
  await beginOwn(nadia);

  await comeByInvite(bo.page, await makeInvite(nadia.page), 'Bo Lindqvist');
  await bo.page.getByRole('navigation', { name: 'Listening Walks' }).getByRole('link', { name: 'general' }).click();
  await expect(bo.message('First words by the fire')).toBeVisible();
  await bo.say('I bring the recorder. Where do we meet?');
  await nadia.page.getByRole('navigation', { name: 'Listening Walks' }).getByRole('link', { name: 'general' }).click();
  await expect(nadia.message('Where do we meet?')).toBeVisible();
  await shoot(nadia.page, 'together');

  await test.step('without a network she writes, reacts and edits', async () => {
    await nadia.settled();
    await nadia.goOffline();
    await town.cutOff();
    await nadia.page.reload();
    await expect(nadia.message('Where do we meet?')).toBeVisible();
    await nadia.write('At the ferry house, half past six.');
    await nadia.write('Written on the ferry, without a network.');
    await nadia.react('Where do we meet?', '👍');
    await nadia.choose('Saturday at low tide', 'Edit');
    await nadia.composer.fill('Sunday at low tide we walk to the mill. Bring **boots** and a notebook.');
    await nadia.composer.press('Enter');
    await nadia.expectPending('At the ferry house');
    await nadia.expectPending('without a network');
    await expect(nadia.message('Sunday at low tide')).toBeVisible();
    await expect(nadia.foot(/waiting/)).toBeVisible();
    await shoot(nadia.page, 'offline');
    await nadia.page.locator('a[href="/waiting"]').first().click();
    await expect(nadia.page.getByRole('heading', { name: 'What waits' })).toBeVisible();
    await expect(nadia.page.getByText('At the ferry house, half past six.')).toBeVisible();
    await shoot(nadia.page, 'waiting');
    await nadia.page.goBack();
  });

  await test.step('it is back, and everyone sees everything once', async () => {
    await town.start();
    await nadia.goOnline();
    for (const text of ['At the ferry house', 'without a network']) {
      await nadia.expectSent(text);
      await expect(bo.message(text)).toHaveCount(1);
    }
    await expect(bo.message('Sunday at low tide').getByText('edited')).toBeVisible();
    await expect(bo.message('Where do we meet?').getByRole('button', { name: '👍, 1' })).toBeVisible();
    await expect(bo.message('Saturday at low tide')).toHaveCount(0);
    await expect(nadia.foot(/./)).toHaveCount(0);
    await shoot(nadia.page, 'back');
  });
});

async function setUp(page: Page, said: string): Promise<void> {
  const address = /Set up this place, once, at (\S+)/.exec(said)?.[1];
  await page.goto(address ?? '');
  await page.getByLabel('Your name').fill('Nadia Brandt');
  await page.getByLabel('E-mail').fill('nadia@example.org');
  await page.locator('input[name=password]').fill(password);
  await shoot(page, 'setup-account');
  await page.getByRole('button', { name: /^Next/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Listening Walks');
  await page.getByLabel('What it is about').fill('We walk slowly and write down what we hear.');
  await shoot(page, 'setup-community');
  await page.getByRole('button', { name: /^Next/ }).click();
  await expect(page.getByRole('heading', { name: 'First channels' })).toBeVisible();
  await shoot(page, 'setup-channels');
  await page.getByRole('button', { name: /^Next/ }).click();
  await expect(page.getByLabel('With a sample community')).toBeChecked();
  await shoot(page, 'setup-sample');
  await page.getByRole('button', { name: 'Open Hearth' }).click();
  await expect(page).not.toHaveURL(/\/setup/);
}

async function lookAround(nadia: Device): Promise<void> {
  const { page } = nadia;
  const school = page.getByRole('navigation', { name: 'Tidewater Data School' });
  await expect(page.getByRole('link', { name: 'Tidewater Data School' }).first()).toBeVisible();
  await nadia.settled();
  await expect(page.getByText('Welcome in. This is Listening Walks.')).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  await shoot(page, 'home');
  await test.step('her own community says how to begin', async () => {
    await expect(page.getByText('Nothing was said here yet')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await expect(page.getByRole('button', { name: 'Make a link' })).toBeVisible();
    await page.goBack();
  });
  await page.getByRole('main').getByRole('link', { name: 'Tidewater Data School' }).click();
  await expect(school).toBeVisible();
  await shoot(page, 'community');
  await school.getByRole('link', { name: 'week-5-joins' }).click();
  await expect(nadia.messages.last()).toBeVisible();
  await shoot(page, 'channel-end', [1440]);
  await test.step('what she has read some of opens where she left it, with a line where unread begins', async () => {
    const address = await school.getByRole('link', { name: 'general' }).getAttribute('href');
    await page.goto(`${address}?at=3`);
    await expect(nadia.messages.nth(3)).toBeInViewport();
    await school.getByRole('link', { name: 'show-your-work' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'show-your-work' })).toBeVisible();
    await school.getByRole('link', { name: 'general' }).click();
    await expect(page.getByRole('separator', { name: 'New' })).toBeAttached();
    await page.locator('section.scroller').hover();
    await page.mouse.wheel(0, 250);
    await expect(page.getByRole('separator', { name: 'New' })).toBeInViewport();
    await shoot(page, 'channel');
  });
  await school.getByRole('link', { name: 'help' }).first().click();
  await expect(nadia.messages.last()).toBeVisible();
  await shoot(page, 'channel-help');
  await nadia.messages.last().hover();
  await nadia.messages.last().getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('menuitem', { name: 'Copy link' })).toBeVisible();
  await shoot(page, 'channel-menu', [360, 1440]);
  await page.keyboard.press('Escape');
  await school.getByRole('link', { name: 'Members' }).click();
  await expect(page.getByRole('heading', { name: 'Everyone here' })).toBeVisible();
  await shoot(page, 'members');
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('help');
  await expect(page.getByRole('option').nth(1)).toBeVisible();
  await shoot(page, 'palette', [1440]);
  await page.keyboard.press('Escape');
  await page.goto('/search?q=count');
  await expect(page.getByText(/found/)).toBeAttached();
  await shoot(page, 'search');
  await page.goto('/settings');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await shoot(page, 'settings');
}

async function beginOwn(nadia: Device): Promise<void> {
  const { page } = nadia;
  await page.getByRole('navigation', { name: 'Communities' }).getByRole('link', { name: 'Listening Walks' }).click();
  await page.getByRole('navigation', { name: 'Listening Walks' }).getByRole('link', { name: 'general' }).click();
  await expect(page.getByText('Nobody has said anything yet')).toBeVisible();
  await shoot(page, 'empty');
  await page.getByRole('button', { name: 'Write the first message' }).click();
  await expect(nadia.composer).toBeFocused();
  await nadia.say('First words by the fire 🔥');
  await nadia.write('Saturday at low tide we walk to the mill. Bring **boots** and a notebook.');
  await nadia.expectSent('Saturday at low tide');
}

/** By the community's settings. @returns the link */
async function makeInvite(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Listening Walks' }).click();
  await page.getByRole('menuitem', { name: 'Invite people' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  await expect(page.getByText(/\/join\//)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeInViewport();
  await shoot(page, 'invites');
  return page.evaluate(() => navigator.clipboard.readText());
}

async function comeByInvite(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('link', { name: 'Make an account' }).click();
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill('bo@example.org');
  await page.locator('input[name=password]').fill(password);
  await shoot(page, 'sign-up');
  await page.getByRole('button', { name: 'Make account' }).click();
  await expect(page.getByRole('button', { name: 'Join Listening Walks' })).toBeVisible();
  await shoot(page, 'invitation');
  await page.getByRole('button', { name: 'Join Listening Walks' }).click();
  await expect(page.getByRole('navigation', { name: 'Listening Walks' })).toBeVisible();
}
