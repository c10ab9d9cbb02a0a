/** A recorded fact: ids and numbers, never text that somebody wrote. */
export interface RecordedEvent {
  name: string;
  data: Record<string, string | number | boolean | null>;
}

export interface EventKind<Data extends RecordedEvent['data']> {
  readonly name: string;
  (data: Data): RecordedEvent;
}

export function defineEvent<Data extends RecordedEvent['data']>(name: string): EventKind<Data> {
  return Object.defineProperty((data: Data): RecordedEvent => ({ name, data }), 'name', {
    value: name,
  }) as EventKind<Data>;
}

/** An event as subscribers read it. */
export interface StoredEvent extends RecordedEvent {
  /** Its place in the order of all events; a cursor. */
  id: string;
  partition: string;
  actor: string;
  /** The command that caused it, and how many commands led to that one. */
  command: string;
  depth: number;
  at: number;
}
