import { expect, test } from '#tests/support/journey.ts';

test('what was written while the channel was being archived comes back with its reason, is changed, tried again and discarded', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const channel = await town.channel('general');
  const bo = await device(town, { permissions: ['clipboard-read', 'clipboard-write'] });
  await bo.enter(town.person('Bo Lindqvist'));
  await bo.goOffline();
  await bo.write('The tide table is wrong');
  await bo.write('Never mind this one');
  await bo.expectPending('Never mind this one');
  await town.owner.does('channel.change', { channel, archived: true });
  await bo.goOnline();

  const refused = bo.message('The tide table is wrong');
  await expect(refused.getByRole('alert')).toContainText('This place was archived');
  await expect(bo.foot('2 refused — needs you')).toBeVisible();
  await bo.foot('2 refused').click();
  const waits = bo.page.getByRole('article').filter({ hasText: 'The tide table is wrong' });
  await expect(waits.getByRole('alert')).toContainText('This place was archived');
  await waits.getByRole('button', { name: 'Copy text' }).click();
  expect(await bo.page.evaluate(() => navigator.clipboard.readText())).toBe('The tide table is wrong');

  await test.step('tried again while nothing has changed, it is refused again', async () => {
    await waits.getByRole('button', { name: 'Try again' }).click();
    await expect(waits.getByRole('alert')).toContainText('This place was archived');
    await expect(bo.foot('2 refused')).toBeVisible();
  });
  await test.step('the other is discarded', async () => {
    const other = bo.page.getByRole('article').filter({ hasText: 'Never mind this one' });
    await other.getByRole('button', { name: 'Discard' }).click();
    await expect(other).toHaveCount(0);
    await expect(bo.foot('1 refused')).toBeVisible();
  });
  await test.step('the channel is back: it is changed and sent', async () => {
    await town.owner.does('channel.change', { channel, archived: false });
    await bo.page.goto(await town.channelPath('general'));
    await refused.getByRole('button', { name: 'Edit' }).click();
    await expect(bo.composer).toHaveValue('The tide table is wrong');
    await bo.composer.fill('The tide table is right after all');
    await bo.composer.press('Enter');
    await bo.expectSent('The tide table is right after all');
    await expect(bo.message('The tide table is wrong')).toHaveCount(0);
    await expect(bo.message('Never mind')).toHaveCount(0);
    await expect(bo.foot(/./)).toHaveCount(0);
  });
});

test('a full device says so, keeps the words in the composer, and loses nothing that waits', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = await device(town);
  const room = await bo.roomOf(40_000_000);
  await bo.enter(town.person('Bo Lindqvist'));
  await bo.goOffline();
  await bo.write('Written while there was room');
  await bo.expectPending('Written while there was room');
  await room.none();
  const long = 'No room for this. '.repeat(200).trim();
  await bo.composer.fill(long);
  await bo.composer.press('Enter');
  await expect(bo.page.getByText('Your words are still here')).toBeVisible();
  await expect(bo.composer).toHaveValue(long);
  await bo.expectPending('Written while there was room');

  await room.again();
  await bo.composer.press('Enter');
  await expect(bo.composer).toHaveValue('');
  await bo.goOnline();
  await bo.expectSent('Written while there was room');
  await bo.expectSent('No room for this.');
});
