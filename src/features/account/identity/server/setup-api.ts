import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import { channelName, slug } from '#features/community/communities/index.ts';
import type { ApiEnv } from '#kernel/api.ts';
import { body, json, refusals } from '#kernel/routes.ts';
import { line, text } from '#kernel/text.ts';
import type { Accounts } from './accounts.ts';
import { signIn } from './entry.ts';
import { readInstance, writeInstance } from './instance.ts';
import type { EntryLimits } from './limits.ts';
import { describeSignedIn } from './me-api.ts';
import { Email, Name, NewPassword, SignedInSchema } from './schemas.ts';
import { claimSetup, setupIsNeeded, setupTokenFits } from './setup.ts';

const tags = ['Set-up'];

const stateRoute = createRoute({
  method: 'get',
  path: '/api/setup',
  summary: 'Does this place still need its first account, and may people sign up',
  tags,
  security: [],
  responses: {
    200: json('As it is', z.object({ needed: z.boolean(), signUp: z.enum(['open', 'invite']) })),
    ...refusals,
  },
});

const checkRoute = createRoute({
  method: 'post',
  path: '/api/setup/check',
  summary: 'Is this the token of the running start',
  tags,
  security: [],
  request: body(z.strictObject({ token: z.string().max(200) })),
  responses: { 200: json('Whether it fits', z.object({ fits: z.boolean() })), ...refusals },
});

const Community = z.strictObject({
  name: line(1, 80),
  slug: slug().optional(),
  description: text(0, 400).default(''),
  channels: z
    .array(z.strictObject({ name: channelName() }))
    .max(50)
    .optional()
    .openapi({ description: 'The first text channels, in order; the usual ones when left out' }),
});

const setupRoute = createRoute({
  method: 'post',
  path: '/api/setup',
  summary: 'Make the operator and the first community, once, with the token printed at the start',
  tags,
  security: [],
  request: body(
    z.strictObject({
      token: z.string().max(200),
      name: Name,
      email: Email,
      password: NewPassword,
      community: Community,
      sample: z.boolean().openapi({ description: 'Bring a sample community to look around in' }),
    }),
  ),
  responses: {
    201: json(
      'You are the operator and signed in. `community` is null when it could not be made; make it from inside.',
      z.object({ ...SignedInSchema.shape, community: z.object({ id: z.string(), slug: z.string() }).nullable() }),
    ),
    ...refusals,
  },
});

export type FirstCommunity = {
  /** The operator, who becomes its owner. */
  userId: string;
  sessionId: string;
  device: string;
  /** Without a slug (a name in another script suggests none) whoever makes it finds one. */
  community: {
    name: string;
    slug?: string | undefined;
    description: string;
    channels?: { name: string }[] | undefined;
  };
  /** Whether the sample community is wanted as well. */
  sample: boolean;
};

/** Makes the first community through the gate; says where it is. */
export type MakeFirstCommunity = (wanted: FirstCommunity) => Promise<{ id: string; slug: string }>;

type SetupDeps = { accounts: Accounts; limits: EntryLimits; firstCommunity: MakeFirstCommunity; log: Logger };

export function registerSetup(app: OpenAPIHono<ApiEnv>, { accounts, limits, firstCommunity, log }: SetupDeps): void {
  app.openapi(stateRoute, async (c) => {
    const signUp = (await readInstance(accounts.pool, 'sign_up')) === 'open' ? ('open' as const) : ('invite' as const);
    return c.json({ needed: await setupIsNeeded(accounts), signUp }, 200);
  });

  app.openapi(checkRoute, async (c) => {
    await limits.attempt(c.var.network);
    return c.json({ fits: await setupTokenFits(accounts, c.req.valid('json').token) }, 200);
  });

  app.openapi(setupRoute, async (c) => {
    const { token, name, email, password, community, sample } = c.req.valid('json');
    await limits.attempt(c.var.network);
    await claimSetup(accounts, token, () => accounts.ensureOperator({ name, email, password }));
    const session = await signIn(c, accounts, email, password);
    // From here on the account stands. A community that fails must not take it back: it can be made from inside.
    const made = await firstCommunity({
      userId: session.userId,
      sessionId: session.id,
      device: session.device,
      community,
      sample,
    }).catch((error: unknown) => {
      log.error({ err: error }, 'the first community could not be made');
      return null;
    });
    await writeInstance(accounts.pool, 'setup_done', true);
    return c.json({ ...(await describeSignedIn(accounts, session)), community: made }, 201);
  });
}
