import { COMMAND_VERSION, MAX_AFTER } from '#kernel/limits.ts';
import { ulid } from '#kernel/ids.ts';
import type { Registry } from '#kernel/registry.ts';
import type { NewOutboxRow } from '../database/database.ts';
import type { OutboxRow } from '../database/rows.ts';
import type { Touched } from '../overlay/overlay-records.ts';
import { definitionOf } from '../overlay/predict.ts';

/** The arguments are not what the command takes: a mistake of the screen that sent it, nothing was kept. */
export class MalformedCommand extends Error {
  override name = 'MalformedCommand';
}

export interface Draft {
  account: string;
  device: string;
  name: string;
  args: Record<string, unknown>;
  after?: readonly string[] | undefined;
  /** Where it goes, as a person would say it. */
  place: string;
}

/** Every text in the arguments, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

/** Commands in the outbox that make something this one names: it must wait for them (C4). */
export function dependencies(args: Record<string, unknown>, rows: readonly OutboxRow[]): string[] {
  const named = new Set(textsIn(args));
  const found: string[] = [];
  // Hundreds may wait, and this is asked between a key and the screen.
  for (const { id, state, creates } of rows)
    if ((state === 'waiting' || state === 'sent') && creates.some((made) => named.has(made))) found.push(id);
  return found;
}

/** A row for a new command, its arguments parsed and its dependencies found. Throws `MalformedCommand`. */
export function makeRow(registry: Registry, draft: Draft, rows: readonly OutboxRow[], now: number): NewOutboxRow {
  const definition = definitionOf(registry, draft.name);
  if (!definition) throw new MalformedCommand(`${draft.name} is no command of this app`);
  const parsed = definition.args.safeParse(draft.args);
  if (!parsed.success) throw new MalformedCommand(`${draft.name}: ${parsed.error.message}`);
  const args = parsed.data as Record<string, unknown>;
  const target = definition.target(args);
  const after = [...new Set([...(draft.after ?? []), ...dependencies(args, rows)])].slice(-MAX_AFTER);
  const id = ulid(now);
  return {
    id,
    envelope: {
      id,
      account: draft.account,
      name: draft.name,
      args,
      at: now,
      device: draft.device,
      version: COMMAND_VERSION,
      ...(after.length > 0 ? { after } : {}),
    },
    target: target.channel ?? target.community ?? target.person ?? draft.account,
    community: target.community ?? null,
    channel: target.channel ?? null,
    state: 'waiting',
    left: false,
    seenIn: null,
    creates: [],
    text: definition.texts?.(args)[0] ?? null,
    place: draft.place,
  };
}

const SEEN_IN_PLACES = ['community', 'channel', 'category', 'role'];

/** Where what a command touched will be seen when it is confirmed, and which ids it makes. */
export function effectOf(
  touched: readonly Touched[],
  row: NewOutboxRow,
  account: string,
): Pick<OutboxRow, 'seenIn' | 'creates'> {
  const creates = touched
    .filter(({ how, fresh, storage }) => how !== 'remove' && fresh && storage !== 'keyed')
    .map(({ id }) => id);
  const structural = touched.some(
    ({ kind, id }) => SEEN_IN_PLACES.includes(kind) || (kind === 'member' && id === account),
  );
  if (structural) return { seenIn: 'places', creates };
  const inChain = touched.find(({ chain }) => chain !== undefined);
  if (inChain) return { seenIn: `${inChain.chain}/${inChain.owner}`, creates };
  // What it is about is not on this device: if it has a channel, its effect will come with that channel.
  return { seenIn: touched.length === 0 && row.channel ? `channel/${row.channel}` : null, creates };
}
