import type { Logger } from 'pino';
import { parseDocumentName } from '#kernel/documents.ts';
import type { CommunityPlace, PlacesPatch } from '#kernel/places.ts';
import type { ReadRecords } from '#kernel/records.ts';
import type { Registry } from '#kernel/registry.ts';
import type { CloseReason } from '#kernel/wire.ts';
import { Channel, Community, Invite, Member, opens, Role } from '#features/community/communities/index.ts';
import type { Author } from '../author/author.ts';
import type { Committed } from '../author/job.ts';
import { Missing } from '../author/missing.ts';
import type { RowChange } from '../author/tick.ts';
import type { Access } from './access.ts';
import { MovedHeads } from './moved-heads.ts';
import type { PlacesReader } from './places.ts';
import type { ReadMarks } from './read-marks.ts';
import type { Socket } from './socket.ts';

export interface HubDependencies {
  author: Author;
  access: Access;
  places: PlacesReader;
  marks: ReadMarks;
  registry: Registry;
  log: Logger;
  /** Closes one document on one socket. */
  closeDocument(socket: Socket, name: string, reason: CloseReason): void;
}

/** Milliseconds places collect before they are told. */
const COALESCE = 1000;
/** Knows every connected device, takes away what facts no longer allow, and tells each what moved. */
export class Hub {
  readonly sockets = new Set<Socket>();
  private readonly deps: HubDependencies;
  private readonly byCommunity = new Map<string, Set<Socket>>();
  private readonly byUser = new Map<string, Set<Socket>>();
  private readonly heads: MovedHeads;
  /** Communities whose structure changed → the people concerned, or everyone. */
  private readonly restructured = new Map<string, Set<string> | 'everyone'>();
  /** Communities that somebody joined, left, or was shut out of. */
  private readonly recounted = new Set<string>();
  private readonly readElsewhere = new Map<Socket, Map<string, number>>();
  private readonly timer: NodeJS.Timeout;
  private telling: Promise<void> = Promise.resolve();

  constructor(deps: HubDependencies) {
    this.deps = deps;
    this.heads = new MovedHeads({
      socketsIn: (community) => this.byCommunity.get(community) ?? new Set(),
      nextVersion: () => deps.places.nextVersion(),
    });
    deps.author.onPublishing((rows) => {
      for (const row of rows) this.hearRow(row);
    });
    deps.author.onCommitted((committed) => this.hear(committed));
    deps.author.onUndone((rows) => {
      for (const { partition } of rows) this.restructured.set(partition.owner, 'everyone');
    });
    deps.author.onTrouble((troubled) => {
      const text = JSON.stringify({ t: 'trouble', what: troubled ? 'database' : null });
      for (const socket of this.sockets) socket.tellText(text);
    });
    this.timer = setInterval(() => {
      this.telling = this.telling
        .then(() => this.tell())
        .catch((error: unknown) => deps.log.warn({ err: error }, 'places wait for the database'));
    }, COALESCE);
  }

  close(): void {
    clearInterval(this.timer);
  }

  add(socket: Socket): void {
    this.sockets.add(socket);
    gather(this.byUser, socket.actor.user, socket);
  }

  remove(socket: Socket): void {
    this.sockets.delete(socket);
    this.readElsewhere.delete(socket);
    release(this.byUser, socket.actor.user, socket);
    for (const community of socket.readable.keys()) release(this.byCommunity, community, socket);
  }

  socketsOf(user: string): ReadonlySet<Socket> {
    return this.byUser.get(user) ?? new Set();
  }

  /** After `hello`: whatever moved while it was being made is told again. */
  welcome(socket: Socket, communities: readonly CommunityPlace[]): void {
    this.follow(socket, communities);
    for (const { id, pos } of communities) {
      if (this.deps.author.partition(`community/${id}`)?.pos !== pos) this.concern(id, socket.actor.user);
    }
    for (const community of socket.missed) this.concern(community, socket.actor.user);
    socket.missed.clear();
  }

  private follow(socket: Socket, communities: readonly CommunityPlace[]): void {
    for (const { id, channels } of communities) {
      socket.readable.set(id, new Set(channels.map((channel) => channel.id)));
      gather(this.byCommunity, id, socket);
    }
  }

  /** Marks a device set itself; its person's other devices are told. Only for channels it may read, never past their head. */
  markRead(socket: Socket, marks: readonly (readonly [channel: string, read: number])[]): void {
    for (const [channel, read] of marks) {
      const community = communityOf(socket, channel);
      if (!community || !Number.isSafeInteger(read) || read < 0) continue;
      const next = this.deps.author.partition(`community/${community}`)?.head('channel', channel).durable.next ?? 0;
      const mark = Math.min(read, next);
      this.deps.marks.set(socket.actor.user, channel, mark);
      for (const other of this.socketsOf(socket.actor.user)) {
        if (other === socket) continue;
        const waiting = this.readElsewhere.get(other) ?? new Map<string, number>();
        waiting.set(channel, Math.max(mark, waiting.get(channel) ?? 0));
        this.readElsewhere.set(other, waiting);
      }
    }
  }

  /** Everyone who has the channel open hears who is writing. */
  tellTyping(from: Socket, channel: string): void {
    const community = communityOf(from, channel);
    if (!community) return;
    const text = JSON.stringify({ t: 'typing', channel, user: from.actor.user, name: from.actor.name });
    for (const socket of this.byCommunity.get(community) ?? []) {
      if (socket.actor.user === from.actor.user || !socket.readable.get(community)?.has(channel)) continue;
      if ([...socket.opened].some((name) => name.startsWith(`channel/${channel}/`))) socket.tellText(text);
    }
  }

  private hear({ documents }: Committed): void {
    for (const { partition, name, owner, next, pos } of documents) {
      const [chain, , n = '0'] = name.split('/');
      if (chain !== 'channel') continue;
      const community = partition.slice(partition.indexOf('/') + 1);
      this.heads.note(community, owner, { next, pos, segment: Number(n) });
    }
  }

  private hearRow({ partition, kind, id }: RowChange): void {
    const community = partition.owner;
    if (kind.kind === Invite.kind) return;
    if (kind.kind === Member.kind) {
      this.recounted.add(community);
      this.concern(community, id);
      this.takeAway(community, this.socketsOf(id));
      return;
    }
    this.restructured.set(community, 'everyone');
    if (kind.kind === Channel.kind || kind.kind === Role.kind || kind.kind === Community.kind) {
      this.takeAway(community, this.byCommunity.get(community) ?? new Set());
    }
  }

  private concern(community: string, user: string): void {
    const concerned = this.restructured.get(community) ?? new Set<string>();
    if (concerned !== 'everyone') this.restructured.set(community, concerned.add(user));
  }

  private concernAgain(community: string, concerned: Set<string> | 'everyone'): void {
    if (concerned === 'everyone') this.restructured.set(community, 'everyone');
    else for (const user of concerned) this.concern(community, user);
  }

  /** In the tick of the commit: whatever these sockets may no longer open is closed, and a load under way is stopped. */
  private takeAway(community: string, sockets: ReadonlySet<Socket>): void {
    const records = this.deps.author.facts(`community/${community}`);
    for (const socket of sockets) {
      if (records) this.narrow(socket, community, records);
      for (const name of [...socket.opened]) {
        const parsed = parseDocumentName(name, this.deps.registry.documents);
        if (
          !parsed ||
          !this.isIn(community, parsed.kind, parsed.owner) ||
          this.stillOpens(records, socket, community, name)
        )
          continue;
        this.deps.closeDocument(socket, name, 'revoked');
      }
    }
  }

  private narrow(socket: Socket, community: string, records: ReadRecords): void {
    const readable = socket.readable.get(community);
    const member = attempt(() => records.get(Member, community, socket.actor.user));
    for (const id of [...(readable ?? [])]) {
      const channel = records.get(Channel, community, id);
      if (!channel || !opens(records, member, channel)) readable?.delete(id);
    }
  }

  private isIn(community: string, kind: string, owner: string): boolean {
    if (kind === 'members') return owner === community;
    return (
      kind === 'channel' &&
      this.deps.author.facts(`community/${community}`)?.get(Channel, community, owner) !== undefined
    );
  }

  private stillOpens(records: ReadRecords | undefined, socket: Socket, community: string, name: string): boolean {
    const parsed = parseDocumentName(name, this.deps.registry.documents);
    if (!records || !parsed) return false;
    // Facts that are not in memory cannot have changed in this commit; but then nothing proves the right either: it is asked for again.
    return attempt(() => this.deps.access.judge(records, socket.actor.user, community, parsed)) ?? false;
  }

  private async tell(): Promise<void> {
    const restructured = new Map(this.restructured);
    const read = new Map(this.readElsewhere);
    const recounted = [...this.recounted];
    this.restructured.clear();
    this.readElsewhere.clear();
    this.recounted.clear();
    const patches = new Map<Socket, PlacesPatch>();
    const patchOf = (socket: Socket) => {
      const patch = patches.get(socket) ?? { version: this.deps.places.nextVersion() };
      patches.set(socket, patch);
      return patch;
    };
    for (const [community, concerned] of restructured) {
      try {
        await this.describe(community, concerned, patchOf);
      } catch (error) {
        this.deps.log.warn({ err: error }, 'places wait for the database');
        this.concernAgain(community, concerned);
      }
    }
    for (const [socket, marks] of read) patchOf(socket).read = [...marks];
    this.heads.tell(patches);
    for (const community of recounted) {
      try {
        await this.tellCount(community, patches);
      } catch (error) {
        this.deps.log.warn({ err: error }, 'places wait for the database');
        this.recounted.add(community);
      }
    }
    for (const [socket, patch] of patches) socket.tellPatch(patch);
  }

  /** How many there are is the same for all of a community. */
  private async tellCount(community: string, patches: ReadonlyMap<Socket, PlacesPatch>): Promise<void> {
    const members = await this.deps.places.countMembers(community);
    const next = this.deps.author.partition(`community/${community}`)?.head('members', community).durable.next ?? 0;
    const count: [string, number, number] = [community, members, next];
    const text = JSON.stringify({ t: 'places', patch: { version: this.deps.places.nextVersion(), members: [count] } });
    for (const socket of this.byCommunity.get(community) ?? []) {
      const own = patches.get(socket);
      if (own) own.members = [...(own.members ?? []), count];
      else socket.tellText(text);
    }
  }

  private async describe(
    community: string,
    concerned: Set<string> | 'everyone',
    patchOf: (socket: Socket) => PlacesPatch,
  ): Promise<void> {
    const sockets = new Set<Socket>(concerned === 'everyone' ? this.byCommunity.get(community) : []);
    for (const user of concerned === 'everyone' ? [] : concerned)
      for (const socket of this.socketsOf(user)) sockets.add(socket);
    const places = new Map<string, CommunityPlace | null>();
    for (const socket of sockets) {
      if (!socket.ready) {
        socket.missed.add(community);
        continue;
      }
      const { user } = socket.actor;
      let place = places.get(user);
      if (place === undefined) {
        place = await this.deps.places.community(community, user, await this.deps.marks.of(user));
        places.set(user, place);
      }
      const patch = patchOf(socket);
      if (place) {
        patch.communities = [...(patch.communities ?? []), place];
        this.follow(socket, [place]);
      } else if (socket.readable.has(community)) {
        patch.left = [...(patch.left ?? []), community];
        socket.readable.delete(community);
        release(this.byCommunity, community, socket);
      }
    }
  }
}

function communityOf(socket: Socket, channel: string): string | null {
  for (const [community, channels] of socket.readable) if (channels.has(channel)) return community;
  return null;
}

function gather(map: Map<string, Set<Socket>>, key: string, socket: Socket): void {
  const sockets = map.get(key) ?? new Set();
  map.set(key, sockets.add(socket));
}

function release(map: Map<string, Set<Socket>>, key: string, socket: Socket): void {
  const sockets = map.get(key);
  sockets?.delete(socket);
  if (sockets?.size === 0) map.delete(key);
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}
