import type { PlacesPatch } from '#kernel/places.ts';
import type { Socket } from './socket.ts';

/** Rounds after which even a device that hears every change itself is told how far it is. */
const SETTLED = 10;
/** Bytes a device may be behind before heads are kept back from it: they are in a later patch anyway. */
const MAX_BACKLOG = 1024 * 1024;

interface Heads {
  next: number;
  pos: number;
  segments: Set<number>;
}

type Moved = Map<string, Heads>;

/** Where channels moved to since the last round, for everyone who may read them. */
export class MovedHeads {
  private readonly socketsIn: (community: string) => ReadonlySet<Socket>;
  private readonly nextVersion: () => number;
  private readonly moved = new Map<string, Moved>();
  /** What moved in the last rounds, for those who have it open: they lack only the position. */
  private readonly settled = new Map<string, Moved>();
  private rounds = 0;

  constructor(deps: { socketsIn: (community: string) => ReadonlySet<Socket>; nextVersion: () => number }) {
    this.socketsIn = deps.socketsIn;
    this.nextVersion = deps.nextVersion;
  }

  note(
    community: string,
    channel: string,
    { next, pos, segment }: { next: number; pos: number; segment: number },
  ): void {
    for (const heads of [this.moved, this.settled]) {
      const channels: Moved = heads.get(community) ?? new Map();
      heads.set(community, channels);
      const segments = channels.get(channel)?.segments ?? new Set();
      channels.set(channel, { next, pos, segments: segments.add(segment) });
    }
  }

  /** Ends a round. Sockets with a patch of their own get it in there, by whoever sends that. */
  tell(patches: ReadonlyMap<Socket, PlacesPatch>): void {
    const shared = new Map<string, string>();
    const settles = ++this.rounds % SETTLED === 0;
    for (const [community, channels] of settles ? this.settled : this.moved) {
      this.tellCommunity(community, channels, patches, shared, settles);
    }
    this.moved.clear();
    if (settles) this.settled.clear();
  }

  /** Heads go to many who see the same channels: made into text once for each set of them. */
  private tellCommunity(
    community: string,
    channels: Moved,
    patches: ReadonlyMap<Socket, PlacesPatch>,
    shared: Map<string, string>,
    settles: boolean,
  ): void {
    for (const socket of this.socketsIn(community)) {
      if (socket.backlog > MAX_BACKLOG) continue;
      const readable = socket.readable.get(community);
      const visible = [...channels].filter(
        ([channel, { segments }]) => readable?.has(channel) && (settles || !hasOpen(socket, channel, segments)),
      );
      if (visible.length === 0) continue;
      const own = patches.get(socket);
      if (own) {
        own.heads = [...(own.heads ?? []), ...visible.map(toHead)];
        continue;
      }
      const key = visible.map(([channel, { pos }]) => `${channel}@${pos}`).join();
      let text = shared.get(key);
      if (!text) {
        text = JSON.stringify({ t: 'places', patch: { version: this.nextVersion(), heads: visible.map(toHead) } });
        shared.set(key, text);
      }
      socket.tellText(text);
    }
  }
}

const toHead = ([channel, { next, pos, segments }]: [string, Heads]): [string, number, number, number[]] => [
  channel,
  next,
  pos,
  [...segments],
];

/** Whether every change in these segments reaches the socket by itself. */
function hasOpen(socket: Socket, channel: string, segments: ReadonlySet<number>): boolean {
  for (const n of segments) if (!socket.opened.has(`channel/${channel}/${n}`)) return false;
  return true;
}
