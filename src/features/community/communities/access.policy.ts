import { refuse, type Verdict } from '#kernel/refusals.ts';
import type { ReadRecords } from '#kernel/records.ts';
import { Community } from './communities.records.ts';
import { Member, type MemberRecord } from './members.records.ts';
import { Role, type Permission } from './roles.records.ts';
import { Channel, type ChannelRecord } from './channels.records.ts';

/** Whether a member opens a channel. */
export function opens(records: ReadRecords, member: MemberRecord | undefined, channel: ChannelRecord): boolean {
  if (!member || member.state !== 'active') return false;
  return !channel.private || member.rooms.includes(channel.id) || grants(records, member, 'channels.private');
}

export function grants(records: ReadRecords, member: MemberRecord, permission: Permission): boolean {
  return records.get(Role, member.community, member.role)?.permissions.includes(permission) ?? false;
}

/** The one reading of roles: whether a person holds a permission in a community, or in a channel of it. */
export function holds(
  records: ReadRecords,
  community: string,
  user: string,
  permission: string,
  channel?: string,
): boolean {
  const member = records.get(Member, community, user);
  if (!member || member.state !== 'active' || !grants(records, member, permission as Permission)) return false;
  if (channel === undefined) return true;
  const place = records.get(Channel, community, channel);
  return place !== undefined && opens(records, member, place);
}

/** What stands before every rule of a community: it exists, and the actor is in it. One answer for all that fails. */
export function checkMembership(records: ReadRecords, community: string, user: string): Verdict {
  const member = records.get(Member, community, user);
  if (!records.get(Community, community, community) || !member) return refuse('unavailable');
  return member.state === 'active' ? undefined : refuse('unavailable');
}

/** Whether a person may write into a channel, with a reason once they may know it. */
export function checkWriting(
  records: ReadRecords,
  community: string,
  channel: string,
  user: string,
  permission: Permission,
): Verdict {
  const place = records.get(Channel, community, channel);
  const member = records.get(Member, community, user);
  if (!place || !opens(records, member, place)) return refuse('unavailable');
  if (place.archived || records.get(Community, community, community)?.archived) return refuse('archived');
  return member && grants(records, member, permission) ? undefined : refuse('not_allowed', permission);
}
