import * as z from 'zod';
import { defineRecord } from '#kernel/records.ts';
import { line, text } from '#kernel/text.ts';

export const slug = () =>
  z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, 'lower-case letters, figures and dashes');

export const CommunityRecord = z.strictObject({
  id: z.string(),
  slug: slug(),
  name: line(1, 80),
  description: text(0, 400),
  archived: z.boolean(),
  /** Days a device may keep a copy without hearing from the server. */
  leaseDays: z.number().int().min(1).max(365),
  createdBy: z.string(),
  createdAt: z.number().int(),
});
export type CommunityRecord = z.infer<typeof CommunityRecord>;

export const Community = defineRecord<CommunityRecord>({
  kind: 'community',
  storage: 'row',
  version: 1,
  schema: CommunityRecord,
  table: 'communities',
  numbers: ['createdAt'],
  key: ['id'],
  eager: true,
});
