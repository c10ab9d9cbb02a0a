import * as z from 'zod';
import { defineRecord } from '#kernel/records.ts';

export const InviteRecord = z.strictObject({
  community: z.string(),
  /** The code in the link: 80 random bits. */
  id: z.string(),
  createdBy: z.string(),
  createdAt: z.number().int(),
  expiresAt: z.number().int().optional(),
  uses: z.number().int().nonnegative(),
  maxUses: z.number().int().positive().optional(),
  revoked: z.boolean(),
});
export type InviteRecord = z.infer<typeof InviteRecord>;

export const Invite = defineRecord<InviteRecord>({
  kind: 'invite',
  storage: 'row',
  version: 1,
  schema: InviteRecord,
  table: 'invites',
  numbers: ['createdAt', 'expiresAt'],
  key: ['community', 'id'],
});
