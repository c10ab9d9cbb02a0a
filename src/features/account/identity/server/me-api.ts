import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { signedIn } from '#kernel/api.ts';
import type { ApiEnv } from '#kernel/api.ts';
import { notSignedIn, Problem } from '#kernel/problem.ts';
import { body, json, refusals } from '#kernel/routes.ts';
import type { Session } from '#kernel/session.ts';
import type { Accounts } from './accounts.ts';
import type { EntryLimits } from './limits.ts';
import { AccountSchema, AnyPassword, Name, NewPassword, SignedInSchema } from './schemas.ts';
import { endAllAccess } from './sessions.ts';

const tags = ['Account'];

const meRoute = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who is signed in, in which session, on which device',
  tags,
  responses: { 200: json('This is you', SignedInSchema), ...refusals },
});

const renameRoute = createRoute({
  method: 'patch',
  path: '/api/me',
  summary: 'Change your name',
  tags,
  request: body(z.strictObject({ name: Name })),
  responses: { 200: json('As it is now', AccountSchema), ...refusals },
});

const passwordRoute = createRoute({
  method: 'post',
  path: '/api/me/password',
  summary: 'Change your password; every other session and every token ends, unless told otherwise',
  tags,
  request: body(
    z.strictObject({
      current: AnyPassword,
      next: NewPassword,
      endOthers: z
        .boolean()
        .default(true)
        .openapi({ description: 'Sessions on other devices, and tokens of programs' }),
    }),
  ),
  responses: { 200: json('Changed', z.object({ ended: z.number().int() })), ...refusals },
});

type MeDeps = {
  accounts: Accounts;
  limits: EntryLimits;
  /** Tells the rest of the house of a new name, after it is stored. */
  onPersonRenamed?: ((userId: string, name: string) => Promise<void> | void) | undefined;
};

export function registerMe(app: OpenAPIHono<ApiEnv>, { accounts, limits, onPersonRenamed }: MeDeps): void {
  app.openapi(meRoute, async (c) => {
    const session = signedIn(c);
    if (session.kind === 'cookie')
      await prolong(c.req.raw.headers, accounts, (cookie) => c.header('set-cookie', cookie, { append: true }));
    return c.json(await describeSignedIn(accounts, session), 200);
  });

  app.openapi(renameRoute, async (c) => {
    const { userId } = signedIn(c);
    const { name } = c.req.valid('json');
    await accounts.pool.query('update users set name = $2, updated_at = now() where id = $1', [userId, name]);
    await onPersonRenamed?.(userId, name);
    return c.json(await describeAccount(accounts, userId), 200);
  });

  app.openapi(passwordRoute, async (c) => {
    const session = inBrowser(signedIn(c));
    const { current, next, endOthers } = c.req.valid('json');
    const account = await describeAccount(accounts, session.userId);
    await limits.guess(account.email);
    await changePassword(accounts, session, current, next);
    const ended = endOthers ? await endAllAccess(accounts, session.userId, session.id) : 0;
    await limits.succeeded(account.email);
    return c.json({ ended }, 200);
  });
}

/** What both signing in and `GET /api/me` answer. */
export async function describeSignedIn(accounts: Accounts, session: Session) {
  return {
    account: await describeAccount(accounts, session.userId),
    session: { id: session.id, kind: session.kind, expiresAt: session.expiresAt.toISOString() },
    device: session.device,
  };
}

/** What lets somebody in (sessions, tokens, passwords) is changed by a person in a browser, never by a program. */
export function inBrowser(session: Session): Session {
  if (session.kind === 'cookie') return session;
  throw new Problem({
    code: 'browser-only',
    status: 403,
    title: 'Only in a browser',
    detail: 'Programs with a token cannot change who may get in.',
    todo: 'Sign in with a browser and open Settings, Sessions and devices.',
  });
}

async function describeAccount(accounts: Accounts, userId: string) {
  const account = await accounts.userOf(userId);
  if (!account) throw notSignedIn();
  return { ...account, createdAt: account.createdAt.toISOString() };
}

/** Moves the end of a used session on, once a day, in the table and in the cookie. */
async function prolong(headers: Headers, accounts: Accounts, setCookie: (cookie: string) => void): Promise<void> {
  const answer = await accounts.auth.api.getSession({ headers, returnHeaders: true });
  for (const cookie of answer.headers.getSetCookie()) setCookie(cookie);
}

async function changePassword(accounts: Accounts, session: Session, current: string, next: string): Promise<void> {
  const { password, internalAdapter } = await accounts.auth.$context;
  const credential = (await internalAdapter.findAccounts(session.userId)).find(
    (one) => one.providerId === 'credential',
  );
  if (!credential?.password || !(await password.verify({ hash: credential.password, password: current }))) {
    throw new Problem({
      code: 'wrong-password',
      status: 403,
      title: 'Not changed',
      detail: 'The current password is not this one.',
      kept: 'Your password is what it was.',
      todo: 'Type the current password once more.',
    });
  }
  await internalAdapter.updatePassword(session.userId, await password.hash(next));
}
