import type { Slice } from '#kernel/registry.ts';
import { addReaction, removeReaction } from './reactions.commands.ts';
import { Reaction } from './reactions.records.ts';

export { qualified } from './emoji-spelling.ts';
export { addReaction, ReactionAdded, ReactionRemoved, removeReaction } from './reactions.commands.ts';
export { emoji, Reaction, reactionKey, type ReactionRecord } from './reactions.records.ts';

export const reactions: Slice = { name: 'reactions', records: [Reaction], commands: [addReaction, removeReaction] };
