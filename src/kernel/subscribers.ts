import type { StoredEvent } from './events.ts';

/** A command a subscriber wants sent; its id is made from (subscriber, event, n), so that twice is once. */
export interface WantedCommand {
  name: string;
  args: unknown;
}

/** SQL inside the transaction that also moves the subscriber's cursor. Nothing else may be awaited there. */
export interface EffectsTransaction {
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
}

export interface SubscriberDefinition {
  readonly name: string;
  /** Names of events it reads. */
  readonly events: readonly string[];
  /** Effects and wanted commands of one event. Delivered at least once, effective once. */
  handle(event: StoredEvent, tx: EffectsTransaction): Promise<WantedCommand[] | void>;
}

export function defineSubscriber(definition: SubscriberDefinition): SubscriberDefinition {
  return definition;
}
