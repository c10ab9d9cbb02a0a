import { expect, test } from '#tests/support/journey.ts';

test('two people talk: words, typing, reactions, edits and deletions are there for the other at once', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const [ines, bo] = [await device(town), await device(town)];
  await ines.enter(town.owner);
  await bo.enter(town.person('Bo Lindqvist'));

  await ines.say('Shall we count the redshanks?');
  await expect(bo.message('Shall we count the redshanks?')).toBeVisible();
  await bo.composer.pressSequentially('Yes');
  await expect(ines.page.getByText('Bo Lindqvist is typing')).toBeVisible();
  await bo.composer.fill('');

  await bo.press('Shall we count', 'Reply');
  await bo.say('Yes, at the second hour of the ebb');
  await expect(ines.message('second hour of the ebb').getByRole('link', { name: /Shall we count/ })).toBeVisible();

  await ines.react('second hour of the ebb', '👍');
  await expect(bo.message('second hour').getByRole('button', { name: '👍, 1', exact: true })).toBeVisible();
  await bo.message('second hour').getByRole('button', { name: '👍, 1' }).click();
  await expect(ines.message('second hour').getByRole('button', { name: '👍, 2, yours included' })).toBeVisible();
  await bo.message('second hour').getByRole('button', { name: '👍, 2' }).click();
  await expect(ines.message('second hour').getByRole('button', { name: '👍, 1, yours included' })).toBeVisible();

  await bo.choose('second hour of the ebb', 'Edit');
  await expect(bo.composer).toHaveValue('Yes, at the second hour of the ebb');
  await bo.composer.fill('Yes, at the third hour of the ebb');
  await bo.composer.press('Enter');
  await expect(ines.message('third hour of the ebb').getByText('edited')).toBeVisible();
  await expect(ines.message('second hour')).toHaveCount(0);
});

test('what one types right after sending is the next message', async ({ settle, device }) => {
  const town = await settle();
  const ines = await device(town);
  await ines.enter(town.owner);
  await ines.composer.fill('The ferry is late');
  await ines.composer.press('Enter');
  await ines.page.keyboard.type('By an hour');
  await expect(ines.composer).toHaveValue('By an hour');
  await ines.expectSent('The ferry is late');
  await expect(ines.composer).toHaveValue('By an hour');
  await ines.composer.press('Enter');
  await ines.expectSent('By an hour');
  await expect(ines.composer).toHaveValue('');
});

test('a deleted message is gone everywhere, also from the bytes that devices keep (E1)', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const secret = 'Zwischenhoch-4711';
  const [ines, bo] = [await device(town), await device(town)];
  await ines.enter(town.owner);
  await bo.enter(town.person('Bo Lindqvist'));
  await ines.say(`The code is ${secret}, keep it`);
  await bo.press(secret, 'Reply');
  await bo.say('I shall not tell');
  await expect(bo.message(`The code is ${secret}`)).toBeVisible();
  await expect.poll(() => bo.keeps(secret)).not.toEqual([]);

  await ines.choose(`The code is ${secret}`, 'Delete');
  await expect(ines.page.getByText('Message deleted.')).toBeVisible();
  await expect(ines.page.getByText(secret)).toHaveCount(0);
  await expect(bo.page.getByText(secret)).toHaveCount(0);
  await expect.poll(() => bo.keeps(secret)).toEqual([]);
  await expect.poll(() => ines.keeps(secret)).toEqual([]);
  await bo.page.goto(`/search?q=${secret}`);
  await expect(bo.page.getByText(/Nothing on this device for/)).toBeVisible();
});

test('a deletion is taken back within its moment, and nobody noticed', async ({ settle, device }) => {
  const town = await settle();
  const ines = await device(town);
  await ines.enter(town.owner);
  await ines.say('Do not lose me');
  await ines.choose('Do not lose me', 'Delete');
  await expect(ines.message('Do not lose me')).toHaveCount(0);
  await ines.page.getByRole('button', { name: 'Undo' }).click();
  await expect(ines.message('Do not lose me')).toBeVisible();
  await ines.page.reload();
  await expect(ines.message('Do not lose me')).toBeVisible();
});

test('what somebody read on one device is read on their other, and what is new is unread on both', async ({
  settle,
  device,
}) => {
  const town = await settle({ channels: ['general', 'tides'], people: { 'Bo Lindqvist': 'member' } });
  const [laptop, phone] = [await device(town), await device(town)];
  await town.owner.says('tides', 'Slack water just now');
  await laptop.enter(town.person('Bo Lindqvist'), 'tides');
  await expect(laptop.message('Slack water')).toBeInViewport();
  await laptop.goTo('general');
  await phone.enter(town.person('Bo Lindqvist'));
  await town.owner.says('tides', 'High water at six', 'Low water at noon', 'High water at six again');
  for (const one of [laptop, phone]) {
    await expect(one.place('tides').getByText('unread')).toBeAttached();
    await one.page.getByRole('navigation', { name: 'Communities' }).getByRole('link', { name: 'Home' }).click();
    await expect(one.page.getByRole('main').getByRole('link', { name: /tides/ }).getByText('3')).toBeVisible();
  }
  await laptop.page.getByRole('main').getByRole('link', { name: /tides/ }).click();
  await expect(laptop.message('High water at six again')).toBeInViewport();
  await expect(laptop.page.getByRole('separator', { name: 'New' })).toBeVisible();
  await expect(phone.page.getByText('all read')).toBeVisible();
  await phone.page.goto(await town.channelPath('general'));
  await expect(phone.place('tides').getByText('unread')).toHaveCount(0);
});

test('what one deleted stays deleted when the tab is closed before it could be taken back', async ({
  settle,
  device,
}) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const [ines, bo] = [await device(town), await device(town)];
  await ines.enter(town.owner);
  await bo.enter(town.person('Bo Lindqvist'));
  await ines.say('The key is under the mat');
  await expect(bo.message('under the mat')).toBeVisible();
  await ines.choose('under the mat', 'Delete');
  await expect(ines.message('under the mat')).toHaveCount(0);
  const [next] = await Promise.all([ines.context.newPage(), ines.page.close({ runBeforeUnload: true })]);
  ines.page = next;
  await next.goto(await town.channelPath('general'));
  await expect(bo.message('under the mat')).toHaveCount(0);
  await expect(ines.message('under the mat')).toHaveCount(0);
});
