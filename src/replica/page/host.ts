import type { Actor } from '#kernel/commands.ts';
import type { ChannelPlace, CommunityPlace, Places } from '#kernel/places.ts';
import type { DeviceDatabase } from '../database/database.ts';
import type { ChainName, OutboxRow, StoredRecord } from '../database/rows.ts';
import type { Answer, Ask, BusMessage } from '../device/bus.ts';
import type { Ruling } from './ruling.ts';

/** What the views of a page need of its replica. */
export interface Host {
  readonly device: DeviceDatabase;
  readonly actor: Actor;
  /** Null until loaded; views are refreshed when it is. */
  readonly ruling: Ruling | null;
  readonly rows: readonly OutboxRow[];
  /** As the server last told them. */
  readonly confirmedPlaces: Places | null;
  /** With what waits applied. */
  readonly places: Places | null;
  /** Whether something not on this device can be had now. */
  readonly reachable: boolean;
  placeOf(channel: string): { community: CommunityPlace; channel: ChannelPlace } | undefined;
  ask(ask: Ask): Promise<Answer>;
  mark(channel: string, read: number): void;
  closed(view: OpenView): void;
  /** A view has something to show. */
  shown(): void;
  /** What a view is to show is not on this device: only the network can bring it. */
  missing(): void;
}

/** A view on the screen, as its page treats it. */
export interface OpenView {
  readonly chain: ChainName;
  /** Something it may show has changed: chunks on the device, the outbox, places, the connection. */
  hear(message: Extract<BusMessage, { t: 'changed' | 'erased' | 'evicted' | 'reset' }>): void;
  refresh(): void;
  /** Before a refresh: what it brings came while nobody was looking. */
  missed?(): void;
  /** Resolves when it shows what it has heard of. */
  caughtUp(): Promise<void>;
  /** A record it shows, for the rules. */
  record(kind: string, owner: string, id: string): StoredRecord | undefined;
}
