import type pg from 'pg';
import type { ReadRecords } from '#kernel/records.ts';
import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import {
  Category,
  Channel,
  checkWriting,
  Community,
  Member,
  opens,
  Role,
} from '#features/community/communities/index.ts';
import type { Author } from '../author/author.ts';
import type { ReadMarks } from './read-marks.ts';

export interface PlacesDependencies {
  author: Author;
  pool: pg.Pool;
  marks: ReadMarks;
  epoch: () => Promise<string>;
}

/** What each person can see and where it stands: computed from facts, never stored. */
export class PlacesReader {
  private readonly deps: PlacesDependencies;
  private readonly counts = new Map<string, Promise<number>>();
  private version = 0;

  constructor(deps: PlacesDependencies) {
    this.deps = deps;
    deps.author.onCommitted(({ rows }) => {
      for (const { kind, partition, before, after } of rows) {
        if (kind.kind === Member.kind && isMember(before) !== isMember(after)) this.counts.delete(partition.owner);
      }
    });
  }

  /** Rises with the clock, so that it also rises across restarts. */
  nextVersion(): number {
    this.version = Math.max(Date.now(), this.version + 1);
    return this.version;
  }

  async read(user: { id: string; name: string; operator: boolean }): Promise<Places> {
    const { rows } = await this.deps.pool.query<{ community: string }>(
      `select community from members where "user" = $1 and state = 'active' order by joined_at`,
      [user.id],
    );
    const marks = await this.deps.marks.of(user.id);
    const communities: CommunityPlace[] = [];
    for (const { community } of rows) {
      const place = await this.community(community, user.id, marks);
      if (place) communities.push(place);
    }
    return {
      version: this.nextVersion(),
      epoch: await this.deps.epoch(),
      user: { id: user.id, name: user.name, operator: user.operator },
      communities,
    };
  }

  /** Null when the person is not, or no longer, in it. */
  async community(community: string, user: string, marks: ReadonlyMap<string, number>): Promise<CommunityPlace | null> {
    const members = await this.countMembers(community);
    return this.deps.author.read(`community/${community}`, (records) =>
      this.describe(records, { community, user, marks, members }),
    );
  }

  private describe(
    records: ReadRecords,
    {
      community,
      user,
      marks,
      members,
    }: { community: string; user: string; marks: ReadonlyMap<string, number>; members: number },
  ): CommunityPlace | null {
    const record = records.get(Community, community, community);
    const member = records.get(Member, community, user);
    if (!record || member?.state !== 'active') return null;
    const role = records.get(Role, community, member.role);
    const partition = this.deps.author.partition(`community/${community}`);
    const channels = records.all(Channel, community).filter((channel) => opens(records, member, channel));
    return {
      id: record.id,
      slug: record.slug,
      name: record.name,
      description: record.description,
      archived: record.archived,
      members,
      pos: partition?.pos ?? 0,
      nextMember: partition?.head('members', community).durable.next ?? 0,
      role: member.role,
      rank: role?.rank ?? 0,
      permissions: role?.permissions ?? [],
      roles: records.all(Role, community).map(({ id, name, rank, permissions }) => ({ id, name, rank, permissions })),
      categories: records.all(Category, community).map(({ id, name, position }) => ({ id, name, position })),
      channels: channels.map((channel): ChannelPlace => {
        const head = partition?.head('channel', channel.id);
        return {
          id: channel.id,
          name: channel.name,
          topic: channel.topic,
          category: channel.category,
          position: channel.position,
          private: channel.private,
          archived: channel.archived,
          next: head?.durable.next ?? 0,
          pos: head?.durable.pos ?? 0,
          read: marks.get(channel.id) ?? 0,
          write: checkWriting(records, community, channel.id, user, 'messages.post') === undefined,
        };
      }),
      leaseDays: record.leaseDays,
    };
  }

  /** Everyone who is not banned, imported people included. */
  countMembers(community: string): Promise<number> {
    let count = this.counts.get(community);
    if (!count) {
      count = this.deps.pool
        .query<{ count: string }>(`select count(*) from members where community = $1 and state <> 'banned'`, [
          community,
        ])
        .then(({ rows }) => Number(rows[0]?.count ?? 0));
      this.counts.set(community, count);
      count.catch(() => this.counts.delete(community));
    }
    return count;
  }
}

/** Authors of an import stand in the list of members before they have an account, so they are counted as well. */
function isMember(record: unknown): boolean {
  return typeof record === 'object' && record !== null && 'state' in record && record.state !== 'banned';
}
