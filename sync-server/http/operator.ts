import { signedIn } from '#kernel/api.ts';
import { notFound } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';

export interface OperatorCheck {
  userOf(id: string): Promise<{ operator: boolean } | null>;
}

/** The console is the operator's; to everyone else it is not there. */
export async function accessConsole(c: { var: { session: Session | null } }, { userOf }: OperatorCheck): Promise<void> {
  const account = await userOf(signedIn(c).userId);
  if (!account?.operator) throw notFound();
}
