/** What a person may see of one channel, and where it stands. */
export interface ChannelPlace {
  id: string;
  name: string;
  topic: string;
  category: string | null;
  position: number;
  private: boolean;
  archived: boolean;
  /** The `no` the next message will get; 0 while nothing was posted. The open segment is `segmentOf(max(next - 1, 0))`. */
  next: number;
  /** The partition's position of the last change in this channel. */
  pos: number;
  /** The first `no` this person has not read; unread are `next - read`. */
  read: number;
  /** Whether this person may write here. */
  write: boolean;
}

export interface CategoryPlace {
  id: string;
  name: string;
  position: number;
}

export interface RolePlace {
  id: string;
  name: string;
  rank: number;
  permissions: string[];
}

export interface CommunityPlace {
  id: string;
  slug: string;
  name: string;
  description: string;
  archived: boolean;
  /** Everyone in its list of members. */
  members: number;
  /** The partition's position of the last change of the community itself, its roles or its channels. */
  pos: number;
  /** Of the `members` chain: the `no` the next member will get. */
  nextMember: number;
  role: string;
  rank: number;
  permissions: string[];
  roles: RolePlace[];
  categories: CategoryPlace[];
  channels: ChannelPlace[];
  /** Days a device may keep a copy without hearing from the server. */
  leaseDays: number;
}

/** Everything of one person, from `GET /api/places` and at the start of a socket. */
export interface Places {
  /** Rises with the server's clock; an older one never replaces a newer one. */
  version: number;
  /** Of the installation: another one makes a client drop its copies. */
  epoch: string;
  user: { id: string; name: string; operator: boolean };
  communities: CommunityPlace[];
}

/** What moved since the last message to this socket: heads of channels it may read. Structure comes as whole communities. */
export interface PlacesPatch {
  version: number;
  /** [channel, next, pos, segments changed since the last patch] */
  heads?: [channel: string, next: number, pos: number, segments: number[]][];
  /** How many are in a community now, and the `no` its next member will get. */
  members?: [community: string, members: number, nextMember: number][];
  /** Read marks set on another device. */
  read?: [channel: string, read: number][];
  /** Communities whose structure, or whose view for this person, changed: complete replacements. */
  communities?: CommunityPlace[];
  /** Communities this person no longer belongs to. */
  left?: string[];
}
