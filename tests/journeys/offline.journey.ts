import type { Page } from '@playwright/test';
import { expect, test } from '#tests/support/journey.ts';

test('somebody makes a channel without a network and writes in it; the browser is closed; on reopening everything is delivered in order', async ({
  settle,
  lasting,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = await device(town);
  await bo.enter(town.person('Bo Lindqvist'));
  const ines = await lasting(town);
  await ines.enter(town.owner);
  await town.cutOff();
  await expect(ines.foot(/^Offline/)).toBeAttached();
  await ines.page.getByRole('button', { name: 'New channel' }).first().click();
  await ines.page.getByRole('dialog').getByLabel('Name').fill('night-watch');
  await ines.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(ines.page.getByRole('heading', { level: 1, name: 'night-watch' })).toBeVisible();
  await ines.write('First watch: all quiet');
  await ines.write('Second watch: a curlew');
  await ines.expectPending('Second watch');
  const address = new URL(ines.page.url()).pathname;
  await ines.closeBrowser();

  await ines.reopen(address);
  await ines.expectPending('First watch');
  await town.start();
  await ines.expectSent('First watch: all quiet');
  await ines.expectSent('Second watch: a curlew');
  await bo.goTo('night-watch');
  await expect(bo.messages).toHaveText([/First watch: all quiet/, /Second watch: a curlew/]);
});

test('what was written without a network is delivered by Background Sync with the app closed', async ({
  settle,
  lasting,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const [bo, ines] = [await device(town), await lasting(town)];
  await bo.enter(town.person('Bo Lindqvist'));
  await ines.enter(town.owner);
  await town.cutOff();
  await expect(ines.foot(/^Offline/)).toBeAttached();
  await ines.write('Sent by nobody’s hand');
  await ines.expectPending('Sent by nobody’s hand');
  const elsewhere = await ines.context.newPage();
  await ines.page.close();

  await town.start();
  await wakeServiceWorker(elsewhere, town.url, `hearth-outbox-${town.owner.id}`);
  await expect(bo.message('Sent by nobody’s hand')).toHaveCount(1);
  await elsewhere.goto(await town.channelPath('general'));
  await expect(elsewhere.locator('article.message').filter({ hasText: 'Sent by nobody’s hand' })).toHaveCount(1);
  await expect(elsewhere.getByText('Waiting for its turn')).toHaveCount(0);
});

/** What the browser does when the network is back, by its developer tools. */
async function wakeServiceWorker(page: Page, origin: string, tag: string): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL, isDeleted }) => scopeURL.startsWith(origin) && !isDeleted);
      if (found) resolve(found.registrationId);
    });
  });
  await tools.send('ServiceWorker.enable');
  const registrationId = await registered;
  await tools.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: true });
}
