import { expect, test } from '#tests/support/journey.ts';

test('somebody removed from a private channel loses it at once: no copy stays on the device, and unsent words come back', async ({
  settle,
  device,
}) => {
  const town = await settle({
    channels: ['general', { name: 'harbour-plans', private: true }],
    people: { 'Bo Lindqvist': 'member' },
  });
  const bo = town.person('Bo Lindqvist');
  const channel = await town.channel('harbour-plans');
  await town.owner.does('channel.admit', { channel, user: bo.id });
  await town.owner.says('harbour-plans', 'The lighthouse opens in Floreal');
  const [here, other] = [await device(town), await device(town)];
  await here.enter(bo, 'harbour-plans');
  await other.enter(bo, 'general');
  await expect(here.message('Floreal')).toBeVisible();
  // The members of the community are not those of its private channel.
  await expect(here.page.getByRole('main').getByText(/\d members?/)).toHaveCount(0);
  await here.composer.fill('A draft about Germinal');
  await expect.poll(() => here.keeps('Floreal')).not.toEqual([]);
  await expect.poll(() => here.keeps('Germinal')).not.toEqual([]);
  await other.goOffline();
  await other.goTo('harbour-plans');
  await other.write('My words stay mine');
  await other.expectPending('My words stay mine');

  await town.owner.does('channel.expel', { channel, user: bo.id });
  await expect(here.page.getByText('You are no longer in harbour-plans')).toBeVisible();
  await expect(here.place('harbour-plans')).toHaveCount(0);
  await expect.poll(() => here.keeps('Floreal')).toEqual([]);
  await expect.poll(() => here.keeps('Germinal')).toEqual([]);
  await expect.poll(() => here.keeps('harbour-plans')).toEqual([]);

  await test.step('the device that was away learns it when it is back', async () => {
    await other.goOnline();
    await expect(other.page.getByText('You are no longer in harbour-plans')).toBeVisible();
    await other.page.getByRole('link', { name: 'Get my words' }).click();
    const waits = other.page.getByRole('article').filter({ hasText: 'My words stay mine' });
    await expect(waits.getByRole('alert')).toContainText('no longer open to you');
    await expect.poll(() => other.keeps('Floreal')).toEqual([]);
  });
});

test('somebody banned loses the whole community within a moment, on every device', async ({ settle, device }) => {
  const town = await settle({ people: { 'Bo Lindqvist': 'member' } });
  const bo = town.person('Bo Lindqvist');
  await town.owner.says('general', 'Only for us: Thermidor');
  const here = await device(town);
  await here.enter(bo);
  await expect(here.message('Thermidor')).toBeVisible();
  await expect.poll(() => here.keeps('Thermidor')).not.toEqual([]);
  await town.owner.does('member.ban', { user: bo.id });
  await expect(here.page.getByRole('navigation', { name: 'Communities' }).getByText('Tide School')).toHaveCount(0);
  await expect(here.page.getByText('Thermidor')).toHaveCount(0);
  await expect.poll(() => here.keeps('Thermidor')).toEqual([]);
  await here.page.reload();
  await expect(here.page.getByText('There is nothing at this address')).toBeVisible();
});

test('somebody who loses the role that let them in loses the private channel with it', async ({ settle, device }) => {
  const town = await settle({
    channels: ['general', { name: 'bridge', private: true }],
    people: { 'Bo Lindqvist': 'admin' },
  });
  const bo = town.person('Bo Lindqvist');
  await town.owner.says('bridge', 'Course: Vendemiaire');
  const here = await device(town);
  await here.enter(bo, 'bridge');
  await expect(here.message('Vendemiaire')).toBeVisible();
  await expect.poll(() => here.keeps('Vendemiaire')).not.toEqual([]);
  await town.owner.does('role.assign', { user: bo.id, role: 'member' });
  await expect(here.place('bridge')).toHaveCount(0);
  await expect(here.place('general')).toBeVisible();
  await expect(here.page.getByRole('button', { name: 'New channel' })).toHaveCount(0);
  await expect.poll(() => here.keeps('Vendemiaire')).toEqual([]);
});
