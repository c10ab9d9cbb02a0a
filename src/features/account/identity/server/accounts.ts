import { runWithTransaction } from '@better-auth/core/context';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Problem } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import { createAuth } from './auth.ts';
import type { Auth } from './auth.ts';
import { EndedSessions } from './ended-sessions.ts';
import type { NotifyingDatabase } from './ended-sessions.ts';
import { sessionOfToken } from './tokens.ts';

export type Account = {
  id: string;
  name: string;
  email: string;
  picture: string | null;
  operator: boolean;
  createdAt: Date;
};

export type NewAccount = { name: string; email: string; password: string; operator?: boolean };

export type AccountsDeps = {
  settings: { secret: string; origin: string; originGiven: boolean };
  database: NotifyingDatabase;
  log: Logger;
};

export type Accounts = {
  auth: Auth;
  pool: Pool;
  /** Who speaks with these headers: a bearer token when one is sent (good or not), else the session cookie. */
  sessionOf(headers: Headers): Promise<Session | null>;
  /** Calls back within a second of any session or token ending, wherever it was ended. Returns how to stop. */
  onSessionEnded(listener: (sessionId: string) => void): () => void;
  /** For who ended a session here: tells at once, also while the database's notice can not come. */
  sessionEnded(sessionId: string): void;
  userOf(id: string): Promise<Account | null>;
  /** Refuses with `Problem` 409 when the address has an account. Only for callers who may know that. */
  createUser(account: NewAccount): Promise<Account>;
  /** Makes the operator when this place has none. Says whether it did, and who the operator is. */
  ensureOperator(account: NewAccount): Promise<{ created: boolean; userId: string }>;
  hasOperator(): Promise<boolean>;
  close(): Promise<void>;
};

/** Accounts over better-auth's tables. Throws when the database can not be listened to. */
export async function createAccounts({ settings, database, log }: AccountsDeps): Promise<Accounts> {
  const { pool } = database;
  const auth = createAuth({
    pool,
    secret: settings.secret,
    origin: settings.originGiven ? settings.origin : undefined,
    log,
  });
  const ended = new EndedSessions(database, log);
  await ended.start();

  async function sessionOf(headers: Headers): Promise<Session | null> {
    const authorization = headers.get('authorization');
    const session =
      authorization === null ? await sessionOfCookie(auth, pool, headers) : await sessionOfToken(pool, authorization);
    return session && ended.use(session.id, session.expiresAt) ? session : null;
  }

  async function createUser(account: NewAccount): Promise<Account> {
    const context = await auth.$context;
    const email = account.email.trim().toLowerCase();
    if (await context.internalAdapter.findUserByEmail(email)) throw addressTaken();
    const password = await context.password.hash(account.password);
    const user = await runWithTransaction(context.adapter, async () => {
      const made = await context.internalAdapter.createUser(
        { name: account.name.trim(), email, emailVerified: false, operator: account.operator ?? false },
        { method: 'email-password' },
      );
      await context.internalAdapter.createAccount({
        userId: made.id,
        providerId: 'credential',
        accountId: made.id,
        password,
      });
      return made;
    });
    const made = await userOf(user.id);
    if (!made) throw new Error('an account that was just made is not there');
    return made;
  }

  async function userOf(id: string): Promise<Account | null> {
    const found = await pool.query<Account>(
      'select id, name, email, picture, operator, created_at as "createdAt" from users where id = $1',
      [id],
    );
    return found.rows[0] ?? null;
  }

  async function operatorId(): Promise<string | undefined> {
    const found = await pool.query<{ id: string }>('select id from users where operator order by id limit 1');
    return found.rows[0]?.id;
  }

  return {
    auth,
    pool,
    sessionOf,
    onSessionEnded: (listener) => ended.onEnded(listener),
    sessionEnded: (sessionId) => ended.end(sessionId),
    userOf,
    createUser,
    ensureOperator: async (account) => {
      const there = await operatorId();
      if (there) return { created: false, userId: there };
      const made = await createUser({ ...account, operator: true });
      return { created: true, userId: made.id };
    },
    hasOperator: async () => (await operatorId()) !== undefined,
    close: () => ended.close(),
  };
}

/** How exactly "last seen" is known: a write per request would cost more than it says. */
const seenEveryMs = 5 * 60_000;

async function sessionOfCookie(auth: Auth, pool: Pool, headers: Headers): Promise<Session | null> {
  if (!headers.has('cookie')) return null;
  const found = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  if (!found) return null;
  const { session } = found;
  if (!session.seenAt || session.seenAt.getTime() < Date.now() - seenEveryMs) {
    await pool.query('update sessions set seen_at = now() where id = $1', [session.id]);
  }
  return {
    id: session.id,
    userId: session.userId,
    device: session.device ?? session.id,
    kind: 'cookie',
    expiresAt: session.expiresAt,
  };
}

function addressTaken(): Problem {
  return new Problem({
    code: 'address-taken',
    status: 409,
    title: 'Address taken',
    detail: 'There is an account with this address already.',
    todo: 'Sign in with it, or use another address.',
  });
}
