import type { Actor } from '#kernel/commands.ts';
import type { Places } from '#kernel/places.ts';
import type { Registry } from '#kernel/registry.ts';
import { refuse, type Refusal } from '#kernel/refusals.ts';
import { OverlayRecords, type Ground } from './overlay-records.ts';
import { PlacesGround } from './places-ground.ts';
import { definitionOf } from './predict.ts';

/** Answers from another ground and notes what was asked for and is not on this device. */
class Noting implements Ground {
  missed = false;
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get(kind: string, owner: string, id: string): unknown {
    const found = this.#ground.get(kind, owner, id);
    if (found === undefined) this.missed = true;
    return found;
  }

  all(kind: string, owner: string): { id: string; record: unknown }[] {
    return this.#ground.all(kind, owner);
  }
}

/** Whether a person's role grants a permission, as places tell it. */
export function canIn(places: Places, community: string | undefined, permission: string, channel?: string): boolean {
  const place = places.communities.find(({ id }) => id === community);
  if (!place?.permissions.includes(permission)) return false;
  return channel === undefined || place.channels.some(({ id }) => id === channel);
}

/** What the rules say on this device (C8): only to grey out and warn, the server decides. Undefined is a yes. */
export function judge(
  registry: Registry,
  places: Places,
  others: Ground,
  actor: Actor,
  name: string,
  args: unknown,
): Refusal | undefined {
  const definition = definitionOf(registry, name);
  if (!definition) return refuse('unknown_command');
  const parsed = definition.args.safeParse(args);
  if (!parsed.success) return refuse('malformed', parsed.error.issues[0]?.path.join('.'));
  const target = definition.target(parsed.data);
  // Of a community one is not in yet, this device knows nothing to judge by.
  if (definition.outsiders && !places.communities.some(({ id }) => id === target.community)) return undefined;
  const noting = new Noting(others);
  const records = new OverlayRecords(new PlacesGround(places, noting));
  const verdict = definition.allow({
    actor,
    args: parsed.data,
    records,
    can: (permission, channel) => canIn(places, target.community, permission, channel),
    now: Date.now(),
  });
  // A record that is merely not on this device is not gone.
  return verdict?.code === 'gone' && noting.missed ? undefined : verdict;
}
