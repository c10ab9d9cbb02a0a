import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '#tests/support/journey.ts';
import type { Town } from '#tests/support/town.ts';

/** @param floats something stands above the page that belongs to a button, so to no landmark of its own */
async function expectAccessible(page: Page, what: string, { floats = false } = {}): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).disableRules(floats ? ['region'] : []).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, `${what} in ${colorScheme}`).toEqual([]);
  }
  const width = page.viewportSize()?.width ?? 0;
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${what} is as wide as the window`).toBe(
    width,
  );
}

/** Every screen with an address: where it is, and what shows that it has come. */
async function screens(town: Town): Promise<Record<string, [path: string, sign: string]>> {
  const { slug } = town.community;
  return {
    home: ['/', 'Home'],
    community: [`/c/${slug}`, 'Tide School'],
    channel: [await town.channelPath('general'), 'general'],
    'an empty channel': [await town.channelPath('quiet'), 'quiet'],
    members: [`/c/${slug}/members`, 'Members'],
    'community settings': [`/c/${slug}/settings`, 'Community settings'],
    'what waits': ['/waiting', 'What waits'],
    settings: ['/settings', 'Settings'],
    devices: ['/settings/devices', 'Sessions and devices'],
    search: ['/search?q=tide', 'Search'],
    'new community': ['/new', 'Create a community'],
    join: ['/join', 'Join or create'],
    nowhere: [`/c/${slug}/nothing-here`, 'Tide School'],
  };
}

for (const width of [360, 1440]) {
  test(`every screen can be used by everyone at ${width} px, in both themes`, async ({ settle, device }) => {
    test.slow();
    const town = await settle({ channels: ['general', 'quiet'], people: { 'Bo Lindqvist': 'member' } });
    const [first = ''] = await town.owner.says(
      'general',
      'The *tide* comes in with `code` and https://example.org',
      'It goes out',
    );
    const bo = town.person('Bo Lindqvist');
    const channel = await town.channel('general');
    await bo.does('message.post', { channel, body: 'An answer', reply: first });
    await bo.does('reaction.add', { channel, message: first, emoji: '👍' });
    const ines = await device(town, { viewport: { width, height: 800 } });
    await ines.page.goto('/sign-in');
    await expect(ines.page.getByRole('heading', { name: 'Welcome back' })).toBeVisible();
    await expectAccessible(ines.page, 'sign-in');
    await ines.signInHere(town.owner);
    await expect(ines.page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
    for (const [name, [path, sign]] of Object.entries(await screens(town))) {
      await test.step(name, async () => {
        await ines.page.goto(path);
        await expect(ines.page.getByRole('heading', { level: 1 }).filter({ hasText: sign })).toBeVisible();
        await expect(ines.page.locator('.skeleton, [aria-busy=true]')).toHaveCount(0);
        await expectAccessible(ines.page, name);
      });
    }
  });
}

test('dialogs, menus and what was refused can be used by everyone, in both themes', async ({ settle, device }) => {
  test.slow();
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const channel = await town.channel('general');
  const bo = await device(town);
  await bo.enter(town.person('Bo Lindqvist'));
  await bo.say('Words to look at');
  await bo.press('Words to look at', 'More');
  await expect(bo.page.getByRole('menuitem').first()).toBeVisible();
  await expectAccessible(bo.page, 'the menu of a message', { floats: true });
  await bo.page.keyboard.press('Escape');
  await bo.press('Words to look at', 'React');
  await expectAccessible(bo.page, 'choosing an emoji', { floats: true });
  await bo.page.keyboard.press('Escape');
  await bo.page.keyboard.press('ControlOrMeta+k');
  await expectAccessible(bo.page, 'the palette', { floats: true });
  await bo.page.keyboard.press('Escape');
  await bo.goOffline();
  await bo.write('Words that wait');
  await bo.expectPending('Words that wait');
  await expectAccessible(bo.page, 'a pending message');
  await town.owner.does('channel.change', { channel, archived: true });
  await bo.goOnline();
  await expect(bo.message('Words that wait').getByRole('alert')).toBeVisible();
  await expectAccessible(bo.page, 'a refused message');
  await bo.page.goto('/waiting');
  await expect(bo.page.getByText('Words that wait')).toBeVisible();
  await expectAccessible(bo.page, 'what was refused');
});
