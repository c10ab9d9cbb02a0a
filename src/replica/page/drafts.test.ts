import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { ulid } from '#kernel/ids.ts';
import { DeviceDatabase } from '../database/database.ts';
import type { DraftRow } from '../database/rows.ts';
import { Bus } from '../device/bus.ts';
import { Drafts } from './drafts.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** One tab of an account, and what it was told of the others. */
function openTab(account: string) {
  const [device, bus] = [new DeviceDatabase(account, 'strict'), new Bus(account)];
  open.push(device, bus);
  const drafts = new Drafts(device, bus);
  const heard: string[] = [];
  drafts.listen((channel, text) => heard.push(`${channel}: ${text}`));
  return { drafts, heard, device };
}

test('what is written in one tab is in the others at once and after a restart', async () => {
  const account = ulid();
  const [first, second] = [openTab(account), openTab(account)];
  first.drafts.save('general', 'Good mor');
  first.drafts.save('general', 'Good morning');
  expect(await first.drafts.read('general')).toBe('Good morning');
  await first.drafts.flush();
  await vi.waitFor(() => expect(second.heard).toEqual(['general: Good morning']));
  expect(await second.drafts.read('general')).toBe('Good morning');
  first.drafts.save('general', '');
  await first.drafts.flush();
  await vi.waitFor(() => expect(second.heard.at(-1)).toBe('general: '));
  expect(await openTab(account).drafts.read('general')).toBe('');
});

test('what was typed last is asked to be kept before a page that goes could be gone', async () => {
  const account = ulid();
  const { drafts } = openTab(account);
  await drafts.read('general');
  drafts.save('general', 'The lamp is men');
  drafts.save('ideas', 'Bees');
  const told = openTab(account);
  void drafts.flush();
  const kept = new DeviceDatabase(account, 'strict');
  open.push(kept);
  expect((await kept.drafts.getAll()).map(({ text }) => text)).toEqual(['The lamp is men', 'Bees']);
  // A tab that had read before hears of it, although nobody is there any more to say that it was written.
  await vi.waitFor(() => expect(told.heard).toEqual(['general: The lamp is men', 'ideas: Bees']));
});

test('what another tab tells while a draft is read from the device is newer than what was read', async () => {
  const account = ulid();
  const [first, second] = [openTab(account), openTab(account)];
  let answer = (_: DraftRow): void => undefined;
  vi.spyOn(second.device.drafts, 'get').mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const reading = second.drafts.read('general');
  first.drafts.save('general', 'Newer');
  await first.drafts.flush();
  await vi.waitFor(() => expect(second.heard).toEqual(['general: Newer']));
  answer({ channel: 'general', text: 'Older' });
  expect(await reading).toBe('Newer');
});

test('showing what another tab wrote does not tell it back', async () => {
  const account = ulid();
  const [first, second, third] = [openTab(account), openTab(account), openTab(account)];
  first.drafts.save('general', 'Hello');
  await first.drafts.flush();
  await vi.waitFor(() => expect(second.heard).toEqual(['general: Hello']));
  second.drafts.save('general', 'Hello');
  await second.drafts.flush();
  second.drafts.save('ideas', 'Bees');
  await second.drafts.flush();
  await vi.waitFor(() => expect(third.heard).toEqual(['general: Hello', 'ideas: Bees']));
  expect(first.heard).toEqual(['ideas: Bees']);
});

test('somebody who goes on writing loses nothing to what comes from another tab', async () => {
  const account = ulid();
  const [first, second] = [openTab(account), openTab(account)];
  second.drafts.save('general', 'Mine, longer');
  first.drafts.save('general', 'Theirs');
  first.drafts.save('ideas', 'Bees');
  await first.drafts.flush();
  await vi.waitFor(() => expect(second.heard).toEqual(['ideas: Bees']));
  expect(await second.drafts.read('general')).toBe('Mine, longer');
  await second.drafts.flush();
  await vi.waitFor(() => expect(first.heard).toEqual(['general: Mine, longer']));
  expect(await openTab(account).drafts.read('general')).toBe('Mine, longer');
});
