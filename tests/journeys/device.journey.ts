import { expect, test, type Page } from '@playwright/test';
import { buildNeighbourhood, everythingKept, openDevice } from '#tests/support/neighbours.ts';

/** A message in the list; the same words are also said to screen readers. */
const message = (page: Page, text: string) => page.locator('main').getByText(text, { exact: true }).first();

async function write(page: Page, text: string): Promise<void> {
  const composer = page.getByRole('textbox', { name: 'Write to #general' });
  await composer.fill(text);
  await composer.press('Enter');
  await expect(message(page, text)).toBeVisible();
}

/** Messages in the order they stand in. */
const inOrder = (page: Page, texts: string[]) =>
  expect
    .poll(async () => {
      const shown = await page.locator('main').innerText();
      return [...texts].sort((a, b) => shown.lastIndexOf(a) - shown.lastIndexOf(b));
    })
    .toEqual(texts);

test('O1, O3: somebody reads and writes with the server gone, starts again from a deep link, and it is delivered once', async ({
  browser,
}) => {
  const neighbourhood = await buildNeighbourhood();
  const ada = await neighbourhood.move('Ada');
  try {
    const { context, page } = await openDevice(browser, neighbourhood, ada);
    const other = await openDevice(browser, neighbourhood, neighbourhood.ines);
    await neighbourhood.say('Good morning');
    await page.goto(neighbourhood.address);
    await other.page.goto(neighbourhood.address);
    await expect(message(page, 'Good morning')).toBeVisible();
    await context.setOffline(true);
    await write(page, 'Written on the train');
    await page.reload();
    await expect(message(page, 'Good morning')).toBeVisible();
    await expect(message(page, 'Written on the train')).toBeVisible();
    await neighbourhood.say('Meanwhile at home');
    await context.setOffline(false);
    await expect(message(other.page, 'Written on the train')).toBeVisible();
    await inOrder(page, ['Good morning', 'Meanwhile at home', 'Written on the train']);
    await expect(page.locator('main').getByText('Written on the train', { exact: true })).toHaveCount(1);
  } finally {
    await neighbourhood.hearth.remove();
  }
});

test('O6: with the app closed the browser delivers what waits', async ({ browser }) => {
  const neighbourhood = await buildNeighbourhood();
  const ada = await neighbourhood.move('Ada');
  try {
    const { context, page } = await openDevice(browser, neighbourhood, ada);
    await page.goto(neighbourhood.address);
    await expect(page.getByRole('textbox', { name: 'Write to #general' })).toBeVisible();
    await context.setOffline(true);
    await write(page, 'Written, then closed');
    const elsewhere = await context.newPage();
    await page.close();
    await context.setOffline(false);
    await elsewhere.goto(`${neighbourhood.hearth.url}/icon.svg`);
    const tools = await context.newCDPSession(elsewhere);
    const registration = new Promise<string>((resolve) =>
      tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0].registrationId);
      }),
    );
    await tools.send('ServiceWorker.enable');
    await tools.send('ServiceWorker.dispatchSyncEvent', {
      origin: neighbourhood.hearth.url,
      registrationId: await registration,
      tag: `hearth-outbox-${ada.id}`,
      lastChance: false,
    });
    const other = await openDevice(browser, neighbourhood, neighbourhood.ines);
    await other.page.goto(neighbourhood.address);
    await expect(message(other.page, 'Written, then closed')).toBeVisible();
  } finally {
    await neighbourhood.hearth.remove();
  }
});

test('O6: when the tab that talks to the server is closed, the other goes on', async ({ browser }) => {
  const neighbourhood = await buildNeighbourhood();
  const ada = await neighbourhood.move('Ada');
  try {
    const { context, page } = await openDevice(browser, neighbourhood, ada);
    await page.goto(neighbourhood.address);
    await expect(page.getByRole('textbox', { name: 'Write to #general' })).toBeVisible();
    const second = await context.newPage();
    await second.goto(neighbourhood.address);
    await write(second, 'From the second tab');
    await expect(message(page, 'From the second tab')).toBeVisible();
    await page.close();
    await neighbourhood.say('To whoever is left');
    await expect(message(second, 'To whoever is left')).toBeVisible();
    await write(second, 'I am');
    const other = await openDevice(browser, neighbourhood, neighbourhood.ines);
    await other.page.goto(neighbourhood.address);
    await expect(message(other.page, 'I am')).toBeVisible();
  } finally {
    await neighbourhood.hearth.remove();
  }
});

test('O7, E1: somebody who is removed keeps nothing of the place but the words that waited', async ({ browser }) => {
  const neighbourhood = await buildNeighbourhood();
  const { garden, general, ines } = neighbourhood;
  const ada = await neighbourhood.move('Ada');
  try {
    const { context, page } = await openDevice(browser, neighbourhood, ada);
    await neighbourhood.say('Only for the garden');
    await page.goto(neighbourhood.address);
    await expect(message(page, 'Only for the garden')).toBeVisible();
    await expect.poll(() => everythingKept(page)).toContain('Only for the garden');
    await context.setOffline(true);
    await write(page, 'On my way there');
    await ines.do('member.kick', { community: garden, user: ada.id });
    await context.setOffline(false);
    await expect(message(page, 'Only for the garden')).toBeHidden();
    await expect.poll(() => everythingKept(page)).not.toContain('Only for the garden');
    const kept = await everythingKept(page);
    expect(kept).toContain('On my way there');
    expect(kept).toContain('unavailable');
    expect(kept).not.toContain(`channel/${general}/0`);
  } finally {
    await neighbourhood.hearth.remove();
  }
});
