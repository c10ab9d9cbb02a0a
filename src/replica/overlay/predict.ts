import type { Actor, AnyCommand, CommandDefinition } from '#kernel/commands.ts';
import type { Registry } from '#kernel/registry.ts';
import { refuse, type Verdict } from '#kernel/refusals.ts';
import type { OutboxRow } from '../database/rows.ts';
import { OverlayRecords, type Ground, type Touched } from './overlay-records.ts';

/** A definition from the registry, which forgets the type of its arguments: they were parsed by its own schema. */
export const definitionOf = (registry: Registry, name: string): CommandDefinition<unknown> | undefined =>
  registry.commands.get(name) as AnyCommand as CommandDefinition<unknown> | undefined;

export interface Predicted {
  row: OutboxRow;
  /** Why `apply` would refuse it as things stand on this device. */
  verdict: Verdict;
  touched: Touched[];
}

export interface Prediction {
  records: OverlayRecords;
  commands: Predicted[];
}

/**
 * Applies what waits in the outbox to confirmed records, in order. Of a refused command only what it would have added is
 * shown, so that its text stands where it was written; a refused edit, deletion or reaction reverts.
 */
export function predict(rows: readonly OutboxRow[], registry: Registry, ground: Ground, actor: Actor): Prediction {
  const records = new OverlayRecords(ground);
  const commands: Predicted[] = [];
  for (const row of rows) {
    const definition = definitionOf(registry, row.envelope.name);
    if (!definition) continue;
    const trial = records.fork();
    const verdict = applyTo(trial, definition, row, actor);
    const adds = trial.touched.some((touch) => touch.how === 'append');
    if (verdict === undefined && (row.state !== 'refused' || adds)) records.adopt(trial);
    commands.push({ row, verdict, touched: trial.touched });
  }
  return { records, commands };
}

/** Arguments that were found to be what their command takes: rows are applied again with every message. */
const accepted = new WeakMap<object, CommandDefinition<unknown>>();

function applyTo(
  records: OverlayRecords,
  definition: CommandDefinition<unknown>,
  row: OutboxRow,
  actor: Actor,
): Verdict {
  const { args, id, at } = row.envelope;
  // An update of the app may have changed what a command takes: what was written before is then shown by its text alone.
  if (accepted.get(args) !== definition) {
    if (!definition.args.safeParse(args).success) return refuse('malformed');
    accepted.set(args, definition);
  }
  return definition.apply(records, args, { id, actor, at });
}
