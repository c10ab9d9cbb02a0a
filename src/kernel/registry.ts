import type { AnyCommand } from './commands.ts';
import type { DocumentKind } from './documents.ts';
import type { AnyRecordKind } from './records.ts';
import type { SubscriberDefinition } from './subscribers.ts';

/** What a slice adds to the product, on both sides of the network. */
export interface Slice {
  readonly name: string;
  readonly documents?: readonly DocumentKind[];
  readonly records?: readonly AnyRecordKind[];
  readonly commands?: readonly AnyCommand[];
}

/** The same for what only the server runs. */
export interface ServerSlice {
  readonly name: string;
  readonly subscribers?: readonly SubscriberDefinition[];
}

export interface Registry {
  readonly documents: ReadonlyMap<string, DocumentKind>;
  readonly records: ReadonlyMap<string, AnyRecordKind>;
  readonly commands: ReadonlyMap<string, AnyCommand>;
}

function collect<T>(
  slices: readonly Slice[],
  of: (slice: Slice) => readonly T[] | undefined,
  nameOf: (item: T) => string,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const slice of slices) {
    for (const item of of(slice) ?? []) {
      const name = nameOf(item);
      if (found.has(name)) throw new TypeError(`${slice.name} defines ${name}, which another slice defines already`);
      found.set(name, item);
    }
  }
  return found;
}

export function createRegistry(slices: readonly Slice[]): Registry {
  return {
    documents: collect(
      slices,
      (slice) => slice.documents,
      (item) => item.kind,
    ),
    records: collect(
      slices,
      (slice) => slice.records,
      (item) => item.kind,
    ),
    commands: collect(
      slices,
      (slice) => slice.commands,
      (item) => item.name,
    ),
  };
}
