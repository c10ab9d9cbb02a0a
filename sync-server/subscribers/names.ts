import { ulid } from '#kernel/ids.ts';
import { findFormerAppearances, findStaleMembers, NAMES } from '#features/community/members/server/index.ts';
import type { Subscribers } from './subscribers.ts';

/** After an account got another name or picture: every community and document that shows the old one is told. */
export async function carryName(subscribers: Subscribers, user: string): Promise<void> {
  await subscribers.want(NAMES, `renamed ${ulid()}`, async (tx) => [
    ...(await findStaleMembers(tx, user)),
    ...(await findFormerAppearances(tx, user)),
  ]);
}

/** Whatever a crash between an account and its communities left behind. */
export async function carryForgottenNames(subscribers: Subscribers): Promise<number> {
  let found = 0;
  await subscribers.want(NAMES, `forgotten ${ulid()}`, async (tx) => {
    const stale = await findStaleMembers(tx, null);
    found = stale.length;
    return stale;
  });
  return found;
}
