import * as z from 'zod';
import { defineDocument } from '#kernel/documents.ts';
import { defineRecord } from '#kernel/records.ts';
import { line, text } from '#kernel/text.ts';

const MEMBER_STATES = ['active', 'banned', 'unclaimed'] as const;

export const MemberRecord = z.strictObject({
  community: z.string(),
  user: z.string(),
  /** As of now; a job over `appearances` carries a change to wherever it is shown. */
  name: line(1, 80),
  picture: z.string().max(200).optional(),
  role: z.string(),
  /** `unclaimed`: the author of imported messages, until somebody proves to be them. */
  state: z.enum(MEMBER_STATES),
  /** Private channels this person was admitted to. Only the server and the person know. */
  rooms: z.array(z.string()),
  /** The place in the `members` chain. */
  no: z.number().int().nonnegative(),
  joinedAt: z.number().int(),
  reason: text(1, 400).optional(),
});
export type MemberRecord = z.infer<typeof MemberRecord>;

/** The list of a community's members, readable by all of them. */
export const membersDocument = defineDocument({ kind: 'members', chain: true, owner: 'community' });

/** What members see of each other. */
export const PublicMember = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  no: z.number().int(),
  name: z.string(),
  picture: z.string().optional(),
  role: z.string(),
  unclaimed: z.boolean().optional(),
  joinedAt: z.number().int(),
});
export type PublicMember = z.infer<typeof PublicMember>;

export const Member = defineRecord<MemberRecord>({
  kind: 'member',
  storage: 'row',
  version: 1,
  schema: MemberRecord,
  table: 'members',
  numbers: ['joinedAt'],
  key: ['community', 'user'],
  names: ({ name, picture }) => ({ name, ...(picture ? { picture } : {}) }),
  published: {
    chain: 'members',
    of: (member) =>
      member.state === 'banned'
        ? null
        : {
            v: 1,
            id: member.user,
            no: member.no,
            name: member.name,
            ...(member.picture ? { picture: member.picture } : {}),
            role: member.role,
            ...(member.state === 'unclaimed' ? { unclaimed: true } : {}),
            joinedAt: member.joinedAt,
          },
  },
});

/** The `no` of a member whose place in the chain the author still has to give. */
export const UNPLACED = 0;
