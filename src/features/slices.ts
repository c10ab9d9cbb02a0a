import type { Slice } from '#kernel/registry.ts';
import { channels } from './community/channels/index.ts';
import { communities } from './community/communities/index.ts';
import { members } from './community/members/index.ts';
import { roles } from './community/roles/index.ts';
import { imports } from './conversation/imports/index.ts';
import { messages } from './conversation/messages/index.ts';
import { reactions } from './conversation/reactions/index.ts';

/** Every slice of the product, for whoever composes it: the server, the replica, the tests. */
export const slices: readonly Slice[] = [communities, channels, members, roles, messages, reactions, imports];
