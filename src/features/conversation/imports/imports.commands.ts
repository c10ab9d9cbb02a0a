import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id, line, text } from '#kernel/text.ts';
import { Channel, Member, MEMBER, UNPLACED } from '#features/community/communities/index.ts';
import { MAX_BODY, Message } from '../messages/index.ts';
import { emoji, Reaction, reactionKey } from '../reactions/index.ts';

/** Messages in one import command. */
export const MAX_IMPORT = 500;

export const MessagesImported = defineEvent<{ community: string; channel: string; count: number }>('MessagesImported');

export const ImportedMessage = z.strictObject({
  /** Made from the source, so that the same message is the same id again. */
  id: id(),
  by: id(),
  at: z.number().int().min(0),
  body: text(1, MAX_BODY),
  reply: id().optional(),
  editedAt: z.number().int().min(0).optional(),
  reactions: z
    .array(z.strictObject({ emoji: emoji(), by: z.array(id()).max(1000) }))
    .max(50)
    .optional(),
});
export type ImportedMessage = z.infer<typeof ImportedMessage>;

const ImportArgs = z.strictObject({
  community: id(),
  channel: id(),
  people: z.array(z.strictObject({ id: id(), name: line(1, 80) })).max(MAX_IMPORT * 4),
  messages: z.array(ImportedMessage).min(1).max(MAX_IMPORT),
});

/** Takes over messages from elsewhere with their times and authors. What is there already is passed over. */
export const importMessages = defineCommand({
  name: 'import.messages',
  origin: 'system',
  args: ImportArgs,
  target: ({ community, channel }) => ({ community, channel }),
  needs: ({ community, channel, people, messages }) => [
    ...people.map((person) => ref(Member, community, person.id)),
    ...messages.map((message) => ref(Message, channel, message.id, 'exists')),
    ...messages.flatMap((message) => (message.reply ? [ref(Message, channel, message.reply)] : [])),
  ],
  allow: ({ args, records }) =>
    records.get(Channel, args.community, args.channel) ? undefined : refuse('unavailable'),
  apply(records, { community, channel, people, messages }, { at }) {
    for (const person of people) {
      if (records.get(Member, community, person.id)) continue;
      records.put(Member, community, person.id, {
        community,
        user: person.id,
        name: person.name,
        role: MEMBER,
        state: 'unclaimed',
        rooms: [],
        no: UNPLACED,
        joinedAt: at,
      });
    }
    for (const { reactions = [], reply, ...message } of messages) {
      if (records.has(Message, channel, message.id)) continue;
      const answered = reply ? records.get(Message, channel, reply) : undefined;
      records.append(Message, channel, {
        v: 1,
        ...message,
        ...(answered ? { reply: { id: answered.id, no: answered.no, by: answered.by } } : {}),
      });
      for (const { emoji: sign, by } of reactions) {
        for (const person of by)
          records.put(Reaction, channel, reactionKey(message.id, sign, person), { at: message.at });
      }
    }
    return undefined;
  },
  events: ({ community, channel, messages }) => [MessagesImported({ community, channel, count: messages.length })],
});
