import { expect, test } from '#tests/support/journey.ts';
import { password } from '#tests/support/town.ts';

test('two tabs agree, and when the one that holds the connection closes the other goes on', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const [bo, first] = [await device(town), await device(town)];
  await bo.enter(town.person('Bo Lindqvist'));
  await first.enter(town.owner);
  const second = await first.tab(await town.channelPath('general'));
  await first.say('Written in the first tab');
  await expect(second.message('Written in the first tab')).toHaveCount(1);
  await second.say('Written in the second tab');
  await expect(first.message('Written in the second tab')).toHaveCount(1);
  await first.composer.fill('A draft');
  // Its field has the focus since it wrote; that alone is not writing.
  await expect(second.composer).toBeFocused();
  await expect(second.composer).toHaveValue('A draft');

  await first.page.close();
  await second.say('The second goes on alone');
  await expect(bo.message('The second goes on alone')).toHaveCount(1);
  await bo.say('And hears the answer');
  await expect(second.message('And hears the answer')).toHaveCount(1);
});

test('a session ended elsewhere keeps what waits, and signing in again sends it', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = town.person('Bo Lindqvist');
  const here = await device(town);
  await here.enter(bo);
  const changed = await bo.browser.post('/api/me/password', { current: password, next: 'another few words' });
  expect(changed.body).toEqual({ ended: 1 });
  await expect(here.page.getByText('Your session has ended.')).toBeVisible();
  await here.write('Written after the end');
  await here.expectPending('Written after the end');
  await expect(here.page.getByText('1 thing you wrote is kept')).toBeVisible();
  await here.page.getByRole('link', { name: 'Sign in again' }).click();
  await here.page.locator('input[name=password]').fill('another few words');
  await here.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await here.expectSent('Written after the end');
  await expect(here.page.getByText('Your session has ended.')).toHaveCount(0);
});

test('two people on one device never see or send each other’s words', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = town.person('Bo Lindqvist');
  const [shared, watch] = [await device(town), await device(town)];
  await watch.enter(town.owner);
  await shared.enter(town.owner);
  await shared.say('Ines was here');
  await town.cutOff();
  await expect(shared.foot(/^Offline/)).toBeAttached();
  await shared.write('Ines will say this herself');
  await shared.expectPending('Ines will say this herself');
  await shared.composer.fill('Ines began a thought');
  await expect.poll(() => shared.keeps('Ines began a thought')).not.toEqual([]);
  await shared.page.goto('/settings');
  await shared.page.getByRole('button', { name: 'Sign out' }).click();
  await expect(shared.page.getByRole('dialog').getByText('1 thing you wrote has not been sent')).toBeVisible();
  await shared.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(shared.page).toHaveURL(/\/sign-in/);

  await town.start();
  await shared.signIn(bo, await town.channelPath('general'));
  await shared.say('This is Bo');
  await expect(shared.page.getByText('Ines will say this herself')).toHaveCount(0);
  await expect(shared.composer).toHaveValue('');
  await expect(watch.message('This is Bo')).toHaveCount(1);
  await expect(watch.message('Ines will say this herself')).toHaveCount(0);

  await shared.page.goto('/settings');
  await shared.page.getByRole('button', { name: 'Sign out' }).click();
  await shared.page.getByLabel('Erase this device’s copy').check();
  await shared.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  // Led away at once, and then to a page that was loaded anew: only there nothing of the account is left.
  await expect(shared.page).toHaveURL(/\/sign-in$/);
  await expect
    .poll(() => shared.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toEqual([`hearth-${town.owner.id}`]);

  await shared.signIn(town.owner, await town.channelPath('general'));
  await shared.expectSent('Ines will say this herself');
  await expect(shared.composer).toHaveValue('Ines began a thought');
  await expect(watch.message('Ines will say this herself').getByText('Ines Carvalho')).toHaveCount(1);
});

test('what was typed last is there after the tab was closed in the middle of a word', async ({ settle, device }) => {
  const town = await settle();
  const ines = await device(town);
  await ines.enter(town.owner);
  const path = await town.channelPath('general');
  for (const words of ['The lamp', 'The lamp is mended', 'The lamp is mended, and so is the bell']) {
    await ines.composer.fill(words);
    const [next] = await Promise.all([ines.context.newPage(), ines.page.close({ runBeforeUnload: true })]);
    ines.page = next;
    await next.goto(path);
    await expect(ines.composer).toHaveValue(words);
  }
});
