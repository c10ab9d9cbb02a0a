import { hash } from 'node:crypto';
import { ulidFrom } from '#kernel/ids.ts';
import type { ImportedMessage } from '#features/conversation/imports/index.ts';
import type { Owner } from './first-community.ts';
import { estuary, eelgrassMap, help } from './sample/projects.ts';
import { people, type Person, type Said, type SampleChannel, type When } from './sample/script.ts';
import { announcements, introductions } from './sample/start.ts';
import { general, showYourWork, weekFive } from './sample/weeks.ts';
import { send, SystemRefused, type SubmitAsSystem } from './send.ts';

/** In the order in which they stand, by category. */
export const sampleChannels: readonly SampleChannel[] = [
  announcements,
  introductions,
  general,
  weekFive,
  showYourWork,
  help,
  estuary,
  eelgrassMap,
];

const DAY = 86_400_000;

const idOf = (at: number, ...parts: string[]) =>
  ulidFrom(hash('sha256', JSON.stringify(['sample', ...parts]), 'buffer'), at);

/** The id of the sample that belongs to this person. */
export const sampleId = (owner: string): string => idOf(0, owner);

/**
 * A living place for newcomers to look around in: a school for people who count birds, with two weeks of conversation that
 * ends just now. Everything comes in as an import, so it has its own times, and its people are unclaimed members.
 * Made twice for one owner, it is made once.
 */
export async function createSample({
  submitAsSystem: submit,
  owner,
  now,
}: {
  submitAsSystem: SubmitAsSystem;
  owner: Owner;
  now: number;
}): Promise<{ id: string; slug: string }> {
  const community = sampleId(owner.id);
  const slug = 'tidewater-data-school';
  const id = (...parts: string[]) => idOf(0, owner.id, ...parts);
  const categories = [...new Set(sampleChannels.map((channel) => channel.category))].map((name) => ({
    id: id('category', name),
    name,
  }));
  const placed = sampleChannels.map((channel, position) => ({ ...channel, id: id('channel', channel.name), position }));
  const open = placed.filter((channel) => !channel.private);
  await sendOnce(submit, 'community.create', {
    community,
    slug,
    name: 'Tidewater Data School',
    description:
      'Learn to trust a number: we count birds, and then we count again. A sample to look around in; write wherever you like.',
    categories,
    channels: open.map(({ id: channel, name, topic, category }) => ({
      id: channel,
      name,
      topic,
      category: id('category', category),
    })),
    owner,
  });
  for (const { id: channel, name, topic, category, position } of placed.filter((item) => item.private)) {
    await sendOnce(submit, 'channel.create', {
      community,
      id: channel,
      name,
      topic,
      category: id('category', category),
      position,
      private: true,
    });
  }
  const everyone = Object.entries(people).map(([key, name]) => ({ id: id('person', key), name }));
  for (const channel of placed) {
    await send(submit, 'import.messages', {
      community,
      channel: channel.id,
      people: everyone,
      messages: sampleMessages(channel, owner.id, now),
    });
  }
  return { id: community, slug };
}

/** What was said in one channel, as an import takes it. @param now milliseconds; the last words are a little older */
export function sampleMessages({ name, said }: SampleChannel, owner: string, now: number): ImportedMessage[] {
  const person = (key: Person) => idOf(0, owner, 'person', key);
  const named = new Map<string, string>();
  return said.map(({ by, when, body, as, to, reactions, edited }: Said, index) => {
    const at = timeOf(when, now);
    const id = idOf(at, owner, 'message', name, String(index));
    if (as) named.set(as, id);
    const reply = to && named.get(to);
    return {
      id,
      by: person(by),
      at,
      body,
      ...(reply ? { reply } : {}),
      ...(edited ? { editedAt: at + 240_000 } : {}),
      ...(reactions
        ? { reactions: Object.entries(reactions).map(([emoji, who]) => ({ emoji, by: who.map(person) })) }
        : {}),
    };
  });
}

/** Days are counted from today's start: whatever the hour, everything of the last days is past. */
function timeOf(when: When, now: number): number {
  if (typeof when === 'number') return now - when * 60_000;
  const [days, time] = when;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return Math.floor(now / DAY) * DAY - days * DAY + (hours * 60 + minutes) * 60_000;
}

/** What is there already was made by an earlier call that did not come to its end. */
async function sendOnce(submit: SubmitAsSystem, name: string, args: unknown): Promise<void> {
  try {
    await send(submit, name, args);
  } catch (error) {
    if (!(error instanceof SystemRefused) || error.code !== 'taken') throw error;
  }
}
