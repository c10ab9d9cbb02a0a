import type { CommunityPlace, Places } from '#kernel/places.ts';
import type { Refusal } from '#kernel/refusals.ts';
import type { Still } from './database/rows.ts';

export type { Still };

/** What the screens may ask of the replica. All reactive fields are Svelte state: read them in a component and it follows. */
export interface Replica {
  readonly account: { id: string; name: string };
  /** Cached places with pending structural commands applied; null until the first answer on a new device. */
  readonly places: Places | null;
  readonly sync: SyncStatus;
  readonly outbox: Outbox;
  readonly storage: DeviceStorage;
  /** Resolves when what is shown first is on the screen, or nothing was for long: what nobody reads is loaded then. */
  readonly painted: Promise<void>;
  /** A community's place, by its slug or id. */
  community(slugOrId: string): CommunityPlace | undefined;
  /** Opens a channel's history at its newest, its first unread, or a message. Call `close` when it leaves the screen. */
  openChannel(channel: string, at?: { no: number } | 'unread' | 'end'): ChannelView;
  /**
   * Puts a command into the outbox; resolves once it is durable on this device. Until then the text is the caller's to keep.
   * Throws `OutboxFull` when the device has no room left: nothing was kept.
   */
  submit(name: string, args: Record<string, unknown>, options?: { after?: string[] }): Promise<{ id: string }>;
  /** What the rules say right now, to grey out or warn; the server decides. Undefined is a yes. */
  judge(name: string, args: Record<string, unknown>): Refusal | undefined;
  draft(channel: string): Promise<string>;
  saveDraft(channel: string, text: string): void;
  /** Calls back when another tab of this account changes what is written in a channel and not sent; call the answer to end it. */
  hearDrafts(hear: (channel: string, text: string) => void): () => void;
  /** Over everything kept on this device, newest first, as one types. */
  search(
    query: string,
    options?: { community?: string; channel?: string; limit?: number; signal?: AbortSignal },
  ): Promise<SearchAnswer>;
  /** Tells when something that a screen may show was written to the device, until the answer is called. */
  onWritten(hear: () => void): () => void;
  /** Keeps what is drawn for the next start at this path, unless something changes meanwhile; null takes away what was kept. */
  keepStill(path: string, draw: () => Promise<Still | null>): Promise<void>;
  /** `false` while the app shell on the server is the one running here. */
  readonly update: { ready: boolean; apply(): Promise<void> };
  readonly typing: (channel: string) => { user: string; name: string }[];
  sendTyping(channel: string): void;
  /** Closes the socket and the database; with `erase`, removes everything of this account from the device. */
  stop(options?: { erase?: boolean }): Promise<void>;
}

export interface SyncStatus {
  /** `locked`: the session ended; what waits is kept, signing in again sends it. `outdated`: this app must update. */
  readonly connection: 'online' | 'connecting' | 'offline' | 'locked' | 'outdated';
  /** When the connection was lost, milliseconds. */
  readonly since: number | null;
  /** Commands in the outbox that wait to be sent or answered. */
  readonly waiting: number;
  /** What waits does not simply go out: there is no connection, or it has waited for longer than a moment. */
  readonly stalled: boolean;
  readonly refused: number;
  /** Messages still to be fetched, as far as is known; 0 when current. */
  readonly left: number;
  /** The server's own trouble, told by it. */
  readonly trouble: 'database' | null;
  /** The device is full: what could not be kept. */
  readonly full: { what: 'copy' | 'outbox'; evicted: number } | null;
  tryNow(): void;
}

export interface ViewReaction {
  emoji: string;
  count: number;
  mine: boolean;
  /** Names of the first ones. */
  names: string[];
}

export interface ViewMessage {
  id: string;
  /** Null while it waits. */
  no: number | null;
  by: string;
  name: string;
  picture?: string;
  at: number;
  writtenAt?: number;
  body: string;
  /** `text`: the first line of what it answers when that is on the device, null when erased or not kept. */
  reply?: { id: string; no: number | null; name: string; text: string | null };
  editedAt?: number;
  reactions: ViewReaction[];
  mine: boolean;
  /** Of its post, or of the last edit on it. */
  state: 'sent' | 'pending' | 'refused';
  refusal?: Refusal;
  /** The outbox row behind `pending` and `refused`. */
  command?: string;
  /** The server asked to wait until then. */
  waitUntil?: number;
  /** On the screen before it is on the disk: its words could still come back to whoever wrote them. */
  keeping?: true;
  /** Written by a newer version of the app: `body` is empty, say that this app must update. */
  newer?: boolean;
}

export interface ChannelView {
  readonly channel: string;
  /** `missing`: not on this device and not to be had now. `closed`: access ended, and the copy is erased. */
  readonly status: 'loading' | 'ready' | 'missing' | 'closed';
  /** The loaded window, oldest first, without holes; own pending ones stand at the end. */
  readonly messages: readonly ViewMessage[];
  readonly atStart: boolean;
  readonly atEnd: boolean;
  /** The first unread `no` when the channel was opened, or when somebody who had read everything came back; null when nothing was missed. */
  readonly unreadFrom: number | null;
  /** Messages after the window's end. */
  readonly below: number;
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  jumpTo(no: number): Promise<'there' | 'missing'>;
  jumpToDate(milliseconds: number): Promise<'there' | 'missing'>;
  jumpToEnd(): Promise<void>;
  /** Everything below `no` inclusive was seen. */
  markRead(no: number): void;
  close(): void;
}

export interface ViewMember {
  id: string;
  name: string;
  picture?: string;
  role: string;
  unclaimed: boolean;
  joinedAt: number;
}

export interface MembersView {
  readonly status: 'loading' | 'ready' | 'missing';
  /** Loaded so far, by rank and then name. */
  readonly members: readonly ViewMember[];
  readonly total: number;
  readonly complete: boolean;
  loadMore(): Promise<void>;
  find(text: string): ViewMember[];
  close(): void;
}

export interface OutboxItem {
  id: string;
  name: string;
  args: Record<string, unknown>;
  /** Milliseconds, this device's clock. */
  writtenAt: number;
  state: 'waiting' | 'sent' | 'refused';
  refusal?: Refusal;
  waitUntil?: number;
  /** The text a person wrote in it, for showing and giving back. */
  text: string | null;
  /** Where it goes, as a person would say it: the channel's name, or the community's. */
  place: string;
}

export interface Outbox {
  readonly items: readonly OutboxItem[];
  /** Takes a waiting one back; of one already sent a deletion is queued. */
  withdraw(id: string): Promise<void>;
  /** Sends a refused one again as it is, under a new id. */
  retry(id: string): Promise<void>;
  /** Sends a refused or waiting one again with another text. */
  edit(id: string, text: string): Promise<void>;
  discard(id: string): Promise<void>;
}

export type KeepPolicy = 'everything' | '90days' | '30days' | 'nothing';

export interface KeptPlace {
  community: string;
  name: string;
  bytes: number;
  messages: number;
  /** Of all messages there. */
  of: number;
  policy: KeepPolicy;
}

export interface DeviceStorage {
  readonly kept: readonly KeptPlace[];
  readonly bytes: number;
  /** What the browser says it would allow; a hint, never a promise. */
  readonly quota: number | null;
  readonly persisted: boolean;
  refresh(): Promise<void>;
  setPolicy(community: string, policy: KeepPolicy): Promise<void>;
  askToPersist(): Promise<boolean>;
}

export interface SearchHit {
  channel: string;
  community: string;
  no: number;
  id: string;
  /** The author's id. */
  by: string;
  name: string;
  at: number;
  body: string;
  /** [start, end] pairs in `body`. */
  marks: [number, number][];
}

export interface SearchAnswer {
  hits: SearchHit[];
  /** There are more than `limit`. */
  more: boolean;
}

/** The device has no room for another outbox row. The text was not kept. */
export class OutboxFull extends Error {
  override name = 'OutboxFull';
}

/** Nothing takes a command of this kind back once it was sent. */
export class AlreadySent extends Error {
  override name = 'AlreadySent';
}
