import { expect, test } from 'vitest';
import type { AnyCommand } from '#kernel/commands.ts';
import { createRegistry } from '#kernel/registry.ts';
import { slices } from '../../../slices.ts';
import { createFirstCommunity } from './first-community.ts';
import { createSample, sampleChannels, sampleMessages } from './sample.ts';
import { people } from './sample/script.ts';
import type { SubmitAsSystem } from './send.ts';
import { slugOf } from '../slug-of.ts';

const owner = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', name: 'Ada' };
const now = Date.UTC(2026, 2, 12, 0, 10);
const { commands } = createRegistry(slices);

/** Accepts what the rules of shape accept. */
function accepting(sent: { name: string; args: unknown }[]): SubmitAsSystem {
  return async (batch) =>
    batch.map(({ id, name, args }) => {
      (commands.get(name) as AnyCommand).args.parse(args);
      sent.push({ name, args });
      return { id, ok: true, pos: 1 };
    });
}

test('every command of the sample is one that the server accepts', async () => {
  const sent: { name: string; args: unknown }[] = [];
  await createSample({ submitAsSystem: accepting(sent), owner, now });
  expect(sent.map(({ name }) => name)).toEqual([
    'community.create',
    'channel.create',
    ...sampleChannels.map(() => 'import.messages'),
  ]);
});

test('the sample is lively, in order, and of the last two weeks at any hour', () => {
  const all = sampleChannels.flatMap((channel) => {
    const messages = sampleMessages(channel, owner.id, now);
    const times = messages.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    return messages;
  });
  expect(all.length).toBeGreaterThan(100);
  expect(new Set(all.map(({ by }) => by)).size).toBe(Object.keys(people).length);
  for (const { at } of all) {
    expect(at).toBeLessThan(now);
    expect(at).toBeGreaterThan(now - 15 * 86_400_000);
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test('every answer in the sample finds what it answers', () => {
  for (const channel of sampleChannels) {
    const messages = sampleMessages(channel, owner.id, now);
    expect(messages.filter(({ reply }) => reply)).toHaveLength(channel.said.filter(({ to }) => to).length);
  }
});

test('made twice for one person, the sample has the same ids; for another, others', async () => {
  const idsOf = async (id: string) => {
    const sent: { name: string; args: unknown }[] = [];
    const { id: community } = await createSample({ submitAsSystem: accepting(sent), owner: { id, name: 'Ada' }, now });
    return [community, JSON.stringify(sent)];
  };
  expect(await idsOf(owner.id)).toEqual(await idsOf(owner.id));
  expect((await idsOf(owner.id))[0]).not.toBe((await idsOf('01ARZ3NDEKTSV4RRFFQ69G5FAW'))[0]);
});

test('the first community takes the next free address', async () => {
  const sent: { name: string; args: unknown }[] = [];
  const accept = accepting(sent);
  const submitAsSystem: SubmitAsSystem = async (batch) => {
    const slug = (batch[0]?.args as { slug?: string }).slug;
    return slug === 'birds' ? [{ id: batch[0]?.id ?? '', ok: false, refused: { code: 'taken' } }] : accept(batch);
  };
  const made = await createFirstCommunity({
    submitAsSystem,
    owner,
    community: { name: 'Birds', description: '' },
    sample: false,
  });
  expect(made.slug).toBe('birds-2');
  expect(sent).toHaveLength(1);
});

test.for([
  ['Tidewater Data School', 'tidewater-data-school'],
  ['  Žluťoučký kůň! ', 'zlutoucky-kun'],
  ['مدرسة', 'community'],
] as const)('the address of "%s" is %s', ([name, address]) => {
  expect(slugOf(name)).toBe(address);
});
