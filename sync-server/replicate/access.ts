import type pg from 'pg';
import type { DocumentName } from '#kernel/documents.ts';
import { segmentOf, type ReadRecords } from '#kernel/records.ts';
import { Channel, checkMembership, Member, opens } from '#features/community/communities/index.ts';
import type { Author } from '../author/author.ts';

/** Channels that were looked for and are not there, so that guessing does not ask the database each time. */
const MAX_UNKNOWN = 10_000;
/** Channels whose community is remembered. */
const MAX_KNOWN = 200_000;

/** Who may open what. Forbidden, missing and unknown are the same no (C9, D6). */
export class Access {
  private readonly author: Author;
  private readonly pool: pg.Pool;
  private readonly communityOf = new Map<string, string>();
  private readonly unknown = new Set<string>();

  constructor(author: Author, pool: pg.Pool) {
    this.author = author;
    this.pool = pool;
    author.onCommitted(({ rows }) => {
      for (const { kind, id, partition, after } of rows) {
        if (kind.kind !== Channel.kind || after === null) continue;
        this.unknown.delete(id);
        this.communityOf.set(id, partition.owner);
      }
    });
  }

  /** The community a channel is in, whoever asks. */
  async communityOfChannel(channel: string): Promise<string | null> {
    const known = this.communityOf.get(channel);
    if (known) return known;
    if (this.unknown.has(channel)) return null;
    const { rows } = await this.pool.query<{ community: string }>({
      name: 'community-of-channel',
      text: 'select community from channels where id = $1',
      values: [channel],
    });
    const community = rows[0]?.community ?? null;
    if (community) {
      if (this.communityOf.size >= MAX_KNOWN) this.communityOf.clear();
      this.communityOf.set(channel, community);
    } else {
      if (this.unknown.size >= MAX_UNKNOWN) this.unknown.clear();
      this.unknown.add(channel);
    }
    return community;
  }

  /** The community whose facts decide about a document, or null where there is none. */
  async communityOfDocument(name: DocumentName): Promise<string | null> {
    return name.kind === 'channel' ? this.communityOfChannel(name.owner) : name.kind === 'members' ? name.owner : null;
  }

  /** Decides from facts, loading them first where they are not in memory. */
  async mayOpen(user: string, name: DocumentName): Promise<boolean> {
    const community = await this.communityOfDocument(name);
    if (!community) return false;
    return this.author.read(`community/${community}`, (records) => this.judge(records, user, community, name));
  }

  /** The same decision on facts that are in memory; throws `Missing` where they are not. */
  judge(records: ReadRecords, user: string, community: string, name: DocumentName): boolean {
    if (checkMembership(records, community, user)) return false;
    if (name.kind === 'channel') {
      const channel = records.get(Channel, community, name.owner);
      if (!channel || !opens(records, records.get(Member, community, user), channel)) return false;
    }
    const next = this.author.partition(`community/${community}`)?.head(name.kind, name.owner).next ?? 0;
    return (name.n ?? 0) <= segmentOf(Math.max(next - 1, 0));
  }

  /** @returns the ids of all channels a person may read, of every community they are in */
  async readable(user: string): Promise<Map<string, string>> {
    const { rows } = await this.pool.query<{ community: string }>(
      `select community from members where "user" = $1 and state = 'active'`,
      [user],
    );
    const found = new Map<string, string>();
    for (const { community } of rows) {
      const open = await this.author.read(`community/${community}`, (records) => {
        const member = records.get(Member, community, user);
        return records.all(Channel, community).filter((channel) => opens(records, member, channel));
      });
      for (const channel of open) found.set(channel.id, community);
    }
    return found;
  }
}
