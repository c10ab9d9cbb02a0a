import * as z from 'zod';
import { defineCommand } from '#kernel/commands.ts';
import { defineEvent } from '#kernel/events.ts';
import { ref } from '#kernel/records.ts';
import { refuse } from '#kernel/refusals.ts';
import { id, text } from '#kernel/text.ts';
import { checkWriting, guardSubject, Member } from '#features/community/communities/index.ts';
import { MAX_BODY } from './limits.ts';
import { Message } from './messages.records.ts';

type About = { community: string; channel: string; message: string };
export const MessagePosted = defineEvent<About & { by: string; reply: string | null }>('MessagePosted');
export const MessageEdited = defineEvent<About & { by: string }>('MessageEdited');
export const MessageDeleted = defineEvent<About & { by: string; author: string }>('MessageDeleted');

const body = () => text(1, MAX_BODY).refine((value) => value.trim().length > 0, 'blank');
const about = { community: id(), channel: id(), message: id() };

/** Posts; the message's id is the command's, so that the device can edit it before it was accepted. */
export const postMessage = defineCommand({
  name: 'message.post',
  args: z.strictObject({ community: id(), channel: id(), body: body(), reply: id().optional() }),
  target: ({ community, channel }) => ({ community, channel }),
  needs: ({ channel, reply }) => (reply ? [ref(Message, channel, reply)] : []),
  allow: ({ actor, args, records }) => checkWriting(records, args.community, args.channel, actor.user, 'messages.post'),
  texts: (args) => [args.body],
  limit: 'messages',
  apply(records, { channel, body: written, reply }, stamp) {
    const answered = reply ? records.get(Message, channel, reply) : undefined;
    records.append(Message, channel, {
      v: 1,
      id: stamp.id,
      by: stamp.actor.user,
      at: stamp.at,
      ...(stamp.writtenAt === undefined ? {} : { writtenAt: stamp.writtenAt }),
      body: written,
      ...(answered ? { reply: { id: answered.id, no: answered.no, by: answered.by } } : {}),
    });
    return undefined;
  },
  events: ({ community, channel, reply }, { id: message, actor }) => [
    MessagePosted({ community, channel, message, by: actor.user, reply: reply ?? null }),
  ],
});

export const editMessage = defineCommand({
  name: 'message.edit',
  args: z.strictObject({ ...about, body: body() }),
  target: ({ community, channel }) => ({ community, channel }),
  needs: ({ channel, message }) => [ref(Message, channel, message)],
  allow({ actor, args, records }) {
    const refused = checkWriting(records, args.community, args.channel, actor.user, 'messages.post');
    if (refused) return refused;
    const record = records.get(Message, args.channel, args.message);
    if (!record) return refuse('gone');
    return record.by === actor.user ? undefined : refuse('not_yours');
  },
  texts: (args) => [args.body],
  limit: 'messages',
  apply(records, { channel, message, body: written }, { at }) {
    const record = records.get(Message, channel, message);
    if (!record) return refuse('gone');
    records.put(Message, channel, message, { ...record, body: written, editedAt: at });
    return undefined;
  },
  events: ({ body: _text, ...where }, { actor }) => [MessageEdited({ ...where, by: actor.user })],
});

/** Erases a message: its own author, or a moderator above them. */
export const deleteMessage = defineCommand({
  name: 'message.delete',
  args: z.strictObject(about),
  target: ({ community, channel }) => ({ community, channel }),
  needs({ community, channel, message }, records) {
    const author = records.get(Message, channel, message)?.by;
    return [ref(Message, channel, message), ...(author ? [ref(Member, community, author)] : [])];
  },
  allow(rules) {
    const { actor, args, records } = rules;
    const refused = checkWriting(records, args.community, args.channel, actor.user, 'messages.react');
    if (refused) return refused;
    const record = records.get(Message, args.channel, args.message);
    if (!record) return refuse('gone');
    if (record.by === actor.user) return undefined;
    if (!rules.can('messages.moderate', args.channel)) return refuse('not_yours');
    return records.get(Member, args.community, record.by) ? guardSubject(rules, args.community, record.by) : undefined;
  },
  apply(records, { channel, message }) {
    if (!records.get(Message, channel, message)) return refuse('gone');
    records.remove(Message, channel, message);
    return undefined;
  },
  events: (args, { actor }, records) => [
    MessageDeleted({
      ...args,
      by: actor.user,
      author: records.get(Message, args.channel, args.message)?.by ?? actor.user,
    }),
  ],
});
