import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startHearth } from '#tests/support/server.ts';
import type { Hearth } from '#tests/support/server.ts';

const password = 'a few words in a row';
const next = (page: Page) => page.locator('form button[type=submit]').click();

/** The one-time address that the server printed. */
function setupAddress({ output }: Hearth): string {
  const address = /Set up this place, once, at (\S+)/.exec(output())?.[1];
  if (!address) throw new Error(`The server printed no address for the set-up:\n${output()}`);
  return address;
}

async function fillAccount(page: Page, name: string, email: string) {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[name=password]').fill(password);
}

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test('the first visitor sets the place up, leaving half-way and coming back; a second finds the door closed', async ({
  page,
  context,
}) => {
  const hearth = await startHearth();
  try {
    await page.goto(setupAddress(hearth));
    await expect(page).toHaveURL(`${hearth.url}/setup`);
    await next(page);
    await expect(page.getByText('Say how people may call you.')).toBeVisible();
    await expectAccessible(page);
    await fillAccount(page, 'Ines Carvalho', 'ines@example.org');
    await next(page);
    await page.getByLabel('Name', { exact: true }).fill('Listening Walks');
    await expect(page.getByLabel('Address')).toHaveValue('listening-walks');

    await page.reload();
    await expect(page.getByLabel('Your name')).toHaveValue('Ines Carvalho');
    await expect(page.locator('input[name=password]')).toHaveValue('');
    await page.locator('input[name=password]').fill(password);
    await next(page);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Listening Walks');
    await next(page);
    await page.getByRole('button', { name: 'Remove help' }).click();
    await page.getByRole('button', { name: 'Add a channel' }).click();
    await page.keyboard.type('show-your-work');
    await expectAccessible(page);
    await next(page);
    await page.getByLabel('With my own, empty').check();
    await next(page);
    await expect(page).not.toHaveURL(/\/setup/);
    expect(await page.evaluate(() => localStorage.getItem('hearth-setup'))).toBeNull();
    expect((await context.cookies()).every(({ httpOnly }) => httpOnly)).toBe(true);

    const places = (await (await page.request.get(`${hearth.url}/api/places`)).json()) as {
      communities: { slug: string; channels: { name: string }[] }[];
    };
    expect(places.communities.map(({ slug }) => slug)).toEqual(['listening-walks']);
    expect(places.communities[0]?.channels.map(({ name }) => name)).toEqual([
      'announcements',
      'general',
      'show-your-work',
    ]);

    const stranger = await (await context.browser()!.newContext()).newPage();
    await stranger.goto(setupAddress(hearth));
    await expect(stranger.getByText('This address opens nothing any more')).toBeVisible();
  } finally {
    await hearth.remove();
  }
});

test('somebody makes an account, finds their way back in, and ends a session elsewhere', async ({ page, browser }) => {
  const hearth = await startHearth({ env: { HEARTH_ADMIN_EMAIL: 'op@example.org', HEARTH_ADMIN_PASSWORD: password } });
  try {
    await page.goto(`${hearth.url}/sign-up?next=/settings/devices`);
    await fillAccount(page, 'Ada', 'ada@example.org');
    await next(page);
    await expect(page.getByRole('heading', { name: 'Where you are signed in' })).toBeVisible();
    await expectAccessible(page);

    const elsewhere = await (await browser.newContext()).newPage();
    await elsewhere.goto(`${hearth.url}/sign-in?next=/settings/devices`);
    await elsewhere.getByLabel('E-mail').fill('ada@example.org');
    await elsewhere.locator('input[name=password]').fill('not this one');
    await next(elsewhere);
    await expect(elsewhere.getByRole('alert')).toContainText('do not belong together');
    await elsewhere.locator('input[name=password]').fill(password);
    await next(elsewhere);
    await expect(elsewhere.getByRole('heading', { name: 'Where you are signed in' })).toBeVisible();

    await page.reload();
    await page.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await expect(page.getByText('has ended.')).toBeVisible();
    await expect(elsewhere.getByText(/Your session has ended/)).toBeVisible();
    await elsewhere.getByRole('link', { name: 'Sign in again' }).click();
    await expect(elsewhere.getByLabel('E-mail')).toHaveValue('ada@example.org');
    await expect(elsewhere.getByText('What you wrote is still here')).toBeVisible();

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Erase this device’s copy').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect.poll(() => page.context().cookies()).toEqual([]);
    expect(await page.evaluate(() => localStorage.getItem('hearth-session'))).toBeNull();
  } finally {
    await hearth.remove();
  }
});
