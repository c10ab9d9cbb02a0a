import { ulid } from '#kernel/ids.ts';
import { createSample } from './sample.ts';
import { send, SystemRefused, type SubmitAsSystem } from './send.ts';
import { slugOf, slugsFrom } from '../slug-of.ts';

export interface Owner {
  id: string;
  name: string;
}

export interface NewCommunity {
  name: string;
  slug?: string | undefined;
  description: string;
  /** The usual ones when left out. */
  channels?: { name: string }[] | undefined;
}

const USUAL = [
  { name: 'announcements', topic: 'What everybody should know' },
  { name: 'introductions', topic: 'Say hello: who you are, and what brings you here' },
  { name: 'general', topic: 'Everything that has no place of its own' },
];

/** The community of the set-up, and beside it the sample when it is wanted. @returns where the first one is */
export async function createFirstCommunity({
  submitAsSystem,
  owner,
  community,
  sample,
  now = Date.now(),
}: {
  submitAsSystem: SubmitAsSystem;
  owner: Owner;
  community: NewCommunity;
  sample: boolean;
  now?: number;
}): Promise<{ id: string; slug: string }> {
  const made = await createCommunityFor(submitAsSystem, owner, community);
  if (sample) await createSample({ submitAsSystem, owner, now });
  return made;
}

async function createCommunityFor(
  submit: SubmitAsSystem,
  owner: Owner,
  wanted: NewCommunity,
): Promise<{ id: string; slug: string }> {
  const id = ulid();
  const channels = (wanted.channels ?? USUAL).map((channel) => ({ topic: '', ...channel, id: ulid(), category: null }));
  const rest = { name: wanted.name, description: wanted.description.slice(0, 400), categories: [], channels, owner };
  let refused: unknown;
  for (const slug of slugsFrom(wanted.slug ?? slugOf(wanted.name))) {
    try {
      await send(submit, 'community.create', { community: id, slug, ...rest });
      return { id, slug };
    } catch (error) {
      // Somebody else's address: the next one may be free.
      if (!(error instanceof SystemRefused) || (error.code !== 'taken' && error.code !== 'storage')) throw error;
      refused = error;
    }
  }
  throw refused;
}
