import { expect, test } from '#tests/support/journey.ts';
import { openProxy } from '#tests/support/web-proxy.ts';

test('a new version announces itself, and taking it loses neither a draft nor what waits', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const proxy = await openProxy(town.url);
  try {
    const bo = await device(town, { baseURL: proxy.url });
    await bo.enter(town.person('Bo Lindqvist'));
    proxy.answers = false;
    await expect(bo.foot(/^Offline/)).toBeAttached();
    await bo.write('Waits for the crossing');
    await bo.expectPending('Waits for the crossing');
    await bo.composer.fill('A thought begun before');
    await expect.poll(() => bo.keeps('A thought begun before')).not.toEqual([]);

    proxy.release = 'another-version';
    await bo.page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect(bo.page.getByText('A newer Hearth is ready. Drafts are kept.')).toBeVisible();
    const loadedAgain = bo.page.waitForEvent('load');
    await bo.page.getByRole('button', { name: 'Update' }).click();
    await loadedAgain;
    await expect(bo.composer).toHaveValue('A thought begun before');
    await bo.expectPending('Waits for the crossing');
    expect(await bo.page.evaluate(() => caches.keys())).toEqual([expect.stringContaining('another-version')]);

    proxy.answers = true;
    await bo.expectSent('Waits for the crossing');
  } finally {
    await proxy.close();
  }
});
