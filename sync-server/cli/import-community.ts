import { ulid } from '#kernel/ids.ts';
import type { PresentChannel } from '#features/conversation/imports/server/index.ts';
import { slugOf, slugsFrom } from '#features/community/communities/index.ts';
import { Ending, EXIT } from './ending.ts';
import type { LocalClient } from './local-client.ts';

export interface TargetCommunity {
  id: string;
  name: string;
  channels: PresentChannel[];
}

/** The community of this name or address; made, for the operator or for the account named, when there is none. */
export async function accessCommunity(
  client: LocalClient,
  { community: name, owner: email }: { community: string; owner?: string | undefined },
): Promise<TargetCommunity> {
  const found = await find(client, name);
  if (found) return found;

  const owner = await client.get<{ id: string; name: string }>(
    email === undefined ? '/account' : `/account?email=${encodeURIComponent(email)}`,
  );
  if (!owner) {
    throw new Ending(
      EXIT.failed,
      email === undefined
        ? 'There is no operator yet who could own a new community. Nothing was taken. Open Hearth in a browser and set it up first.'
        : `Nobody here has the address ${email}. Nothing was taken. Name an account that exists, or leave --owner out for the operator.`,
    );
  }
  const id = ulid();
  for (const slug of slugsFrom(slugOf(name))) {
    const args = {
      community: id,
      slug,
      name,
      description: '',
      categories: [],
      channels: [],
      owner: { id: owner.id, name: owner.name },
    };
    const receipt = await client.submit({ id: ulid(), name: 'community.create', args, at: Date.now() });
    if (receipt.ok) return { id, name, channels: [] };
    // An address that somebody else has may come back as the database's refusal, too.
    if (receipt.refused.code !== 'taken' && receipt.refused.code !== 'storage') {
      throw new Ending(
        EXIT.failed,
        `The community "${name}" could not be made: ${receipt.refused.code}. Nothing was taken.`,
      );
    }
  }
  throw new Ending(
    EXIT.failed,
    `No address was free for a community called "${name}". Nothing was taken. Choose another name.`,
  );
}

async function find(client: LocalClient, name: string): Promise<TargetCommunity | undefined> {
  return client.get<TargetCommunity>(`/community?name=${encodeURIComponent(name)}`);
}
