import { notSignedIn } from './problem.ts';
import type { Session } from './session.ts';

/** What every route finds in its context: `OpenAPIHono<ApiEnv>`. Set by the HTTP base before any route runs. */
export type ApiEnv = {
  Variables: {
    session: Session | null;
    /** The other side's address, a network for IPv6; a proxy's word is taken only with TRUST_PROXY. */
    address: string;
    requestId: string;
  };
};

type HasSession = { var: { session: Session | null } };

/** The session of a request that needs one; refuses with 401 in words. */
export function signedIn(c: HasSession): Session {
  if (!c.var.session) throw notSignedIn();
  return c.var.session;
}
