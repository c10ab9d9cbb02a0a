import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { ApiEnv } from '#kernel/api.ts';
import { Problem } from '#kernel/problem.ts';
import { body, json, refusals } from '#kernel/routes.ts';
import type { Accounts } from './accounts.ts';
import { innerCall, signIn, signOut, statusOf } from './entry.ts';
import { newDeviceSeed } from './device.ts';
import { readInstance } from './instance.ts';
import type { EntryLimits } from './limits.ts';
import { describeSignedIn } from './me-api.ts';
import { AnyPassword, Email, Name, NewPassword, SignedInSchema } from './schemas.ts';

const tags = ['Signing in'];
const Done = z.object({ done: z.literal(true) });

const signInRoute = createRoute({
  method: 'post',
  path: '/api/auth/sign-in/email',
  summary: 'Sign in on this device with e-mail and password',
  tags,
  security: [],
  request: body(z.strictObject({ email: Email, password: AnyPassword })),
  responses: { 200: json('Signed in; the cookie is set', SignedInSchema), ...refusals },
});

const signUpRoute = createRoute({
  method: 'post',
  path: '/api/auth/sign-up/email',
  summary: 'Make an account',
  description: 'Answers the same whether the address was free or has an account already. Sign in afterwards.',
  tags,
  security: [],
  request: body(
    z.strictObject({ name: Name, email: Email, password: NewPassword, invite: z.string().max(200).optional() }),
  ),
  responses: { 200: json('Taken note of', Done), ...refusals },
});

const signOutRoute = createRoute({
  method: 'post',
  path: '/api/auth/sign-out',
  summary: 'End this session',
  tags,
  request: body(
    z.strictObject({
      forget: z.boolean().optional().openapi({ description: 'Also forget that this browser was a known device' }),
    }),
  ),
  responses: { 200: json('Signed out, or nobody was signed in', Done), ...refusals },
});

type EntryDeps = {
  accounts: Accounts;
  limits: EntryLimits;
  /** Whether an invite code opens the door while signing up is closed. */
  inviteIsValid?: ((code: string) => Promise<boolean> | boolean) | undefined;
};

export function registerEntry(app: OpenAPIHono<ApiEnv>, { accounts, limits, inviteIsValid }: EntryDeps): void {
  app.openapi(signInRoute, async (c) => {
    const { email, password } = c.req.valid('json');
    await limits.attempt(c.var.network);
    await limits.guess(email);
    const session = await signIn(c, accounts, email, password);
    await limits.succeeded(email);
    return c.json(await describeSignedIn(accounts, session), 200);
  });

  app.openapi(signUpRoute, async (c) => {
    const { name, email, password, invite } = c.req.valid('json');
    await limits.attempt(c.var.network);
    const open = (await readInstance(accounts.pool, 'sign_up')) === 'open';
    if (!open && !(invite && (await inviteIsValid?.(invite)))) throw signUpClosed();
    await limits.account(c.var.network);
    await accounts.auth.api
      .signUpEmail({ body: { name, email, password }, headers: innerCall(c, newDeviceSeed()) })
      .catch((error: unknown) => {
        // Two sign-ups of one address in the same moment: the second finds it taken by the table, and must not say so.
        if (statusOf(error) !== 422) throw error;
      });
    return c.json({ done: true as const }, 200);
  });

  app.openapi(signOutRoute, async (c) => {
    await signOut(c, accounts, c.req.valid('json').forget ?? false);
    return c.json({ done: true as const }, 200);
  });
}

function signUpClosed(): Problem {
  return new Problem({
    code: 'sign-up-closed',
    status: 403,
    title: 'By invitation',
    detail: 'New accounts need an invite that is still good.',
    todo: 'Ask somebody inside for an invite link and open it again.',
  });
}
