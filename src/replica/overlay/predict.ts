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
  touched: Touched[];
}

export interface Prediction {
  ground: Ground;
  records: OverlayRecords;
  /** One for each row, in their order. */
  commands: Predicted[];
}

/**
 * Applies what waits in the outbox to confirmed records, in order. Of a refused command only what it would have added is
 * shown, so that its text stands where it was written; a refused edit, deletion or reaction reverts.
 * @param former a prediction on the same ground, which is used up: when rows only came behind its own, those alone are applied
 */
export function predict(
  rows: readonly OutboxRow[],
  registry: Registry,
  ground: Ground,
  actor: Actor,
  former?: Prediction,
): Prediction {
  const goesOn = former?.ground === ground && isBeginning(former, rows);
  const { records, commands }: Prediction = goesOn
    ? former
    : { ground, records: new OverlayRecords(ground), commands: [] };
  for (const row of rows.slice(commands.length)) {
    const definition = definitionOf(registry, row.envelope.name);
    const trial = records.fork();
    const verdict = definition ? applyTo(trial, definition, row, actor) : refuse('unknown_command');
    const adds = trial.touched.some((touch) => touch.how === 'append');
    if (verdict === undefined && (row.state !== 'refused' || adds)) records.adopt(trial);
    commands.push({ row, touched: trial.touched });
  }
  return { ground, records, commands };
}

/** Whether rows begin with those of a prediction, as far as their effect goes. */
function isBeginning({ commands }: Prediction, rows: readonly OutboxRow[]): boolean {
  const applied = ({ envelope, state }: OutboxRow, other: OutboxRow | undefined): boolean =>
    envelope === other?.envelope && (state === 'refused') === (other.state === 'refused');
  return commands.every(({ row }, index) => applied(row, rows[index]));
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
