import * as z from 'zod';
import { defineDocument } from '#kernel/documents.ts';
import { defineRecord } from '#kernel/records.ts';
import { line, text } from '#kernel/text.ts';

export const channelName = () => line(1, 80);

export const CategoryRecord = z.strictObject({
  community: z.string(),
  id: z.string(),
  name: line(1, 60),
  position: z.number().int().min(0).max(10_000),
});
export type CategoryRecord = z.infer<typeof CategoryRecord>;

export const Category = defineRecord<CategoryRecord>({
  kind: 'category',
  storage: 'row',
  version: 1,
  schema: CategoryRecord,
  table: 'categories',
  key: ['community', 'id'],
  eager: true,
});

export const ChannelRecord = z.strictObject({
  community: z.string(),
  id: z.string(),
  name: channelName(),
  topic: text(0, 250),
  category: z.string().nullable(),
  position: z.number().int().min(0).max(10_000),
  /** Only whoever was admitted, and roles that open every private channel, may know that it exists. */
  private: z.boolean(),
  archived: z.boolean(),
  createdBy: z.string(),
  createdAt: z.number().int(),
});
export type ChannelRecord = z.infer<typeof ChannelRecord>;

export const Channel = defineRecord<ChannelRecord>({
  kind: 'channel',
  storage: 'row',
  version: 1,
  schema: ChannelRecord,
  table: 'channels',
  numbers: ['createdAt'],
  nullable: ['category'],
  key: ['community', 'id'],
  eager: true,
});

/** A channel's history, in segments. */
export const channelDocument = defineDocument({ kind: 'channel', chain: true, owner: 'channel' });
