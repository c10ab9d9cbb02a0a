import * as z from 'zod';
import { defineCommand, type CommandDefinition } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref, type ReadRecords } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id } from '#kernel/text.ts';
import { checkWriting } from '#features/community/communities/index.ts';
import { Message } from '../messages/index.ts';
import { emoji, Reaction, reactionKey } from './reactions.records.ts';

type About = { community: string; channel: string; message: string; emoji: string; by: string };
export const ReactionAdded = defineEvent<About>('ReactionAdded');
export const ReactionRemoved = defineEvent<About>('ReactionRemoved');

const Args = z.strictObject({ community: id(), channel: id(), message: id(), emoji: emoji() });
type Args = z.infer<typeof Args>;

const shared = {
  args: Args,
  target: ({ community, channel }: Args) => ({ community, channel }),
  limit: 'reactions',
  allow({ actor, args, records }) {
    const refused = checkWriting(records, args.community, args.channel, actor.user, 'messages.react');
    if (refused) return refused;
    return records.get(Message, args.channel, args.message) ? undefined : refuse('gone');
  },
} satisfies Partial<CommandDefinition<Args>>;

const stands = ({ channel, message, emoji: sign }: Args, user: string, records: ReadRecords): boolean =>
  records.has(Reaction, channel, reactionKey(message, sign, user));

export const addReaction = defineCommand<Args>({
  ...shared,
  name: 'reaction.add',
  needs: ({ channel, message }) => [ref(Message, channel, message)],
  apply(records, { channel, message, emoji: sign }, { actor, at }) {
    records.put(Reaction, channel, reactionKey(message, sign, actor.user), { at });
    return undefined;
  },
  // Reacting again is no new fact: whoever counts would be made to count it.
  events: (args, { actor }, records) =>
    stands(args, actor.user, records) ? [] : [ReactionAdded({ ...args, by: actor.user })],
});

export const removeReaction = defineCommand<Args>({
  ...shared,
  name: 'reaction.remove',
  needs: ({ channel, message }) => [ref(Message, channel, message)],
  apply(records, { channel, message, emoji: sign }, { actor }) {
    records.remove(Reaction, channel, reactionKey(message, sign, actor.user));
    return undefined;
  },
  events: (args, { actor }, records) =>
    stands(args, actor.user, records) ? [ReactionRemoved({ ...args, by: actor.user })] : [],
});
