import { notSignedIn } from './problem.ts';
import type { Session } from './session.ts';

/** What every route finds in its context: `OpenAPIHono<ApiEnv>`. Set by the HTTP base before any route runs. */
export type ApiEnv = {
  Variables: {
    session: Session | null;
    /** The other side's address; a proxy's word is taken only with TRUST_PROXY. */
    address: string;
    /** What limits are counted by: the address, or the network it is in where one person has many (IPv6). */
    network: string;
    requestId: string;
  };
};

type HasSession = { var: { session: Session | null } };

/** The session of a request that needs one; refuses with 401 in words. */
export function signedIn(c: HasSession): Session {
  if (!c.var.session) throw notSignedIn();
  return c.var.session;
}
