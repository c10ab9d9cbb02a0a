import type { Places } from '#kernel/places.ts';
import type { RecordKind } from '#kernel/records.ts';
import type { Registry } from '#kernel/registry.ts';
import type { OutboxRow, StoredRecord } from '../database/rows.ts';
import type { Composition, Overlay, WindowGround } from '../view/compose.ts';
import type { Touched } from './overlay-records.ts';
import { PlacesGround } from './places-ground.ts';
import { predict, type Prediction } from './predict.ts';

/** The kinds of records of a channel's chain. */
function kindsOf(registry: Registry): { chain: string; keyed: string } {
  const kinds = [...registry.records.values()] as RecordKind<unknown>[];
  const named = (storage: string): string =>
    kinds.find((kind) => kind.storage === storage && kind.chain === 'channel')?.kind ?? '';
  return { chain: named('chain'), keyed: named('keyed') };
}

/** What waits, applied. Hundreds may wait, and one more comes with every word: those before it are applied already. */
function foresee(
  { actor, memory }: Composition,
  registry: Registry,
  places: Places,
  ground: WindowGround,
  rows: OutboxRow[],
): Prediction {
  const { foreseen } = memory;
  const same = foreseen?.registry === registry && foreseen.places === places && memory.ground === ground;
  const former = same ? foreseen.prediction : undefined;
  const prediction = predict(rows, registry, former?.ground ?? new PlacesGround(places, ground), actor, former);
  memory.foreseen = { registry, places, prediction };
  return prediction;
}

/** Whether a command's state shows on a message: of a refused deletion it does not, the message simply stands. */
const showsOn = (touch: Touched, row: OutboxRow, kind: string): boolean =>
  touch.kind === kind && !(row.state === 'refused' && touch.how === 'remove');

/** What waits in a channel, over the window that is shown of it (O3). */
export const overlayBy =
  (registry: Registry): Overlay =>
  (input, places, ground, open) => {
    const { channel } = input;
    const kinds = kindsOf(registry);
    const { records, commands } = foresee(input, registry, places, ground, open);
    const changed = records.changes(kinds.chain, channel);
    const rows = new Map<string, OutboxRow>();
    for (const [index, row] of open.entries()) {
      for (const touch of commands[index]?.touched ?? []) if (showsOn(touch, row, kinds.chain)) rows.set(touch.id, row);
    }
    const reactions = new Map<string, { emoji: string; mine: boolean }[]>();
    for (const [key, value] of records.changes(kinds.keyed, channel)) {
      const [message = '', emoji = ''] = key.split(' ');
      reactions.set(message, [...(reactions.get(message) ?? []), { emoji, mine: value !== undefined }]);
    }
    const added = [...changed]
      .filter(([id, record]) => record !== undefined && !ground.standing(id))
      .map(([, record]) => record as StoredRecord);
    return { changed, reactions, rows, added };
  };
