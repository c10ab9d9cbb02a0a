import * as z from 'zod';
import { defineRecord, KEY_SEPARATOR } from '#kernel/records.ts';
import { isStorable } from '#kernel/text.ts';

/** An emoji as typed: one grapheme, at most eight code points with its joiners and skin tones. */
export const emoji = () =>
  z
    .string()
    .min(1)
    .max(32)
    .refine((value) => isStorable(value) && !/[\s\p{Cc}\p{L}]/u.test(value) && [...value].length <= 12, 'not an emoji');

export interface ReactionRecord {
  at: number;
}

/** One per message, emoji and person; the key says all of it. */
export const Reaction = defineRecord<ReactionRecord>({
  kind: 'reaction',
  storage: 'keyed',
  version: 1,
  schema: z.strictObject({ at: z.number().int() }),
  chain: 'channel',
  most: 1000,
});

export const reactionKey = (message: string, sign: string, user: string): string =>
  [message, sign, user].join(KEY_SEPARATOR);
