import { COMMAND_VERSION, type Actor } from '#kernel/commands.ts';
import { ulid } from '#kernel/ids.ts';
import { notFound } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import type { Receipt } from '#kernel/wire.ts';
import type { Gate } from './gate/gate.ts';

export type SubmitAs = (session: Session, name: string, args: unknown) => Promise<Receipt>;

/** Makes a command of a request and sends it as whoever the session belongs to, with their rights and rates. */
export function sessionSender({
  gate,
  actorOf,
}: {
  gate: Gate;
  actorOf(userId: string): Promise<Actor | null>;
}): SubmitAs {
  return async ({ userId, device }, name, args) => {
    const actor = await actorOf(userId);
    if (!actor) throw notFound();
    const now = Date.now();
    return gate.submitAndWait(
      { id: ulid(), account: userId, name, args, at: now, device, version: COMMAND_VERSION },
      { id: ulid(), actor, device, awaySince: null, openedAt: now, inFlight: 0 },
    );
  };
}
