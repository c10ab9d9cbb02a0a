import * as z from 'zod';
import { defineRecord } from '#kernel/records.ts';
import { text } from '#kernel/text.ts';
import { MAX_BODY } from './limits.ts';

export const MessageRecord = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  no: z.number().int().nonnegative(),
  by: z.string(),
  /** Accepted, the server's clock, milliseconds. */
  at: z.number().int(),
  /** Written, the device's clock, when it was written away from the server. */
  writtenAt: z.number().int().optional(),
  body: text(1, MAX_BODY),
  /** What it answers. Its text is not copied: erasing it erases it here too. */
  reply: z.strictObject({ id: z.string(), no: z.number().int(), by: z.string() }).optional(),
  editedAt: z.number().int().optional(),
});
export type MessageRecord = z.infer<typeof MessageRecord>;

export const Message = defineRecord<MessageRecord>({
  kind: 'message',
  storage: 'chain',
  version: 1,
  schema: MessageRecord,
  chain: 'channel',
  people: (message) => [message.by],
});
