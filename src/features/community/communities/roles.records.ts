import * as z from 'zod';
import { line } from '#kernel/text.ts';
import { defineRecord } from '#kernel/records.ts';

export const PERMISSIONS = [
  'community.manage', // name, description, settings
  'roles.assign',
  'channels.manage', // create, change, order, archive; admit people to private ones
  'channels.private', // opens every private channel
  'invites.create',
  'members.kick',
  'members.ban',
  'messages.moderate', // delete what others wrote
  'messages.post',
  'messages.react',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export const RoleRecord = z.strictObject({
  community: z.string(),
  id: z.string().min(1).max(26),
  name: line(1, 40),
  /** Higher acts on lower, never on equal. */
  rank: z.number().int().min(0).max(100),
  permissions: z.array(z.enum(PERMISSIONS)),
});
export type RoleRecord = z.infer<typeof RoleRecord>;

export const Role = defineRecord<RoleRecord>({
  kind: 'role',
  storage: 'row',
  version: 1,
  schema: RoleRecord,
  table: 'roles',
  key: ['community', 'id'],
  eager: true,
});

/** The role nobody acts on and nobody can be given. */
export const OWNER = 'owner';
/** The role of whoever joins. */
export const MEMBER = 'member';

const speaking: Permission[] = ['messages.post', 'messages.react'];
const keeping: Permission[] = [...speaking, 'messages.moderate', 'members.kick', 'members.ban', 'invites.create'];

/** The four roles every community starts with. Their names are shown through i18n while they are these. */
export const STARTING_ROLES: readonly Omit<RoleRecord, 'community'>[] = [
  { id: OWNER, name: 'Owner', rank: 100, permissions: [...PERMISSIONS] },
  { id: 'admin', name: 'Admin', rank: 80, permissions: [...PERMISSIONS] },
  { id: 'moderator', name: 'Moderator', rank: 60, permissions: keeping },
  { id: MEMBER, name: 'Member', rank: 20, permissions: speaking },
];
