import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ApiEnv } from '#kernel/api.ts';
import { Problem } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import type { Accounts } from './accounts.ts';
import { innerHeaders } from './auth.ts';
import { deviceCookie, isDeviceSeed, newDeviceSeed } from './device.ts';
import { endSession, endSessionsOfDevice } from './sessions.ts';

type C = Context<ApiEnv>;

/** Browsers keep a cookie at most 400 days. */
const deviceDays = 400;

/**
 * Checks the password, starts a session on this device and sets its cookie. The library's own answer carries the session
 * token in its body; it is dropped here, so that no script ever holds one. The sessions this cookie replaces end.
 * Refuses with one answer whether the address is unknown or the password wrong.
 */
export async function signIn(c: C, accounts: Accounts, email: string, password: string): Promise<Session> {
  const seed = deviceSeed(c);
  const answer = await accounts.auth.api
    .signInEmail({ body: { email, password }, headers: innerCall(c, seed), returnHeaders: true })
    .catch((error: unknown) => {
      if (statusOf(error) === 401 || statusOf(error) === 400) throw wrongPassword();
      throw error;
    });
  const cookies = answer.headers.getSetCookie();
  for (const cookie of cookies) c.header('set-cookie', cookie, { append: true });
  setCookie(c, deviceCookie, seed, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: cookies.some((cookie) => /;\s*secure/i.test(cookie)),
    maxAge: deviceDays * 24 * 60 * 60,
  });
  const headers = new Headers({ cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') });
  const session = await accounts.sessionOf(headers);
  if (!session) throw new Error('a session that was just started is not there');
  if (c.var.session?.kind === 'cookie') await endSession(accounts, c.var.session.userId, c.var.session.id);
  await endSessionsOfDevice(accounts, session);
  return session;
}

/** Clears the session's cookies; with `forget` the device's as well, so that the next sign-in is a new device. */
export async function signOut(c: C, accounts: Accounts, forget: boolean): Promise<void> {
  const answer = await accounts.auth.api.signOut({ headers: innerCall(c, deviceSeed(c)), returnHeaders: true });
  for (const cookie of answer.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
  if (c.var.session?.kind === 'cookie') accounts.sessionEnded(c.var.session.id);
  if (forget) deleteCookie(c, deviceCookie, { path: '/' });
}

/** The request's headers for a call into the library, with ours in place of whatever a client put under their names. */
export function innerCall(c: C, seed: string): Headers {
  const headers = new Headers(c.req.raw.headers);
  headers.set(innerHeaders.address, c.var.address);
  headers.set(innerHeaders.deviceSeed, seed);
  return headers;
}

export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function deviceSeed(c: C): string {
  const kept = getCookie(c, deviceCookie);
  return isDeviceSeed(kept) ? kept : newDeviceSeed();
}

function wrongPassword(): Problem {
  return new Problem({
    code: 'wrong-password',
    status: 401,
    title: 'Not signed in',
    detail: 'This address and password do not belong together here.',
    todo: 'Look at both once more. A password keeps its capitals and spaces.',
  });
}
