import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { signedIn } from '#kernel/api.ts';
import type { ApiEnv } from '#kernel/api.ts';
import { invalid, notFound } from '#kernel/problem.ts';
import { body, json, refusals } from '#kernel/routes.ts';
import type { Accounts } from './accounts.ts';
import { inBrowser } from './me-api.ts';
import { Name } from './schemas.ts';
import { createToken, deleteToken, listTokens } from './tokens.ts';

const tags = ['Tokens for programs'];
const mostTokens = 50;

const TokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable().openapi({ description: 'Exact to five minutes' }),
  })
  .openapi('Token');

const listRoute = createRoute({
  method: 'get',
  path: '/api/tokens',
  summary: 'Tokens you gave to programs',
  tags,
  responses: { 200: json('Oldest first', z.object({ tokens: z.array(TokenSchema) })), ...refusals },
});

const createTokenRoute = createRoute({
  method: 'post',
  path: '/api/tokens',
  summary: 'Make a token for a program',
  description: 'The secret is in this answer and never shown again.',
  tags,
  request: body(
    z.strictObject({
      name: Name,
      days: z.number().int().min(1).max(366).default(90).openapi({ description: 'How long it lives' }),
    }),
  ),
  responses: {
    201: json('Made', z.object({ id: z.string(), name: z.string(), secret: z.string(), expiresAt: z.iso.datetime() })),
    ...refusals,
  },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/api/tokens/{id}',
  summary: 'Revoke a token; sockets that use it close within a second',
  tags,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: 'Revoked' }, ...refusals },
});

export function registerTokens(app: OpenAPIHono<ApiEnv>, { accounts }: { accounts: Accounts }): void {
  const { pool } = accounts;
  app.openapi(listRoute, async (c) => {
    const { userId } = inBrowser(signedIn(c));
    const tokens = (await listTokens(pool, userId)).map((token) => ({
      ...token,
      createdAt: token.createdAt.toISOString(),
      expiresAt: token.expiresAt.toISOString(),
      usedAt: token.usedAt?.toISOString() ?? null,
    }));
    return c.json({ tokens }, 200);
  });

  app.openapi(createTokenRoute, async (c) => {
    const { userId } = inBrowser(signedIn(c));
    const { name, days } = c.req.valid('json');
    if ((await listTokens(pool, userId)).length >= mostTokens) {
      throw invalid(
        `You have ${mostTokens} tokens, which is as many as there can be.`,
        'Revoke one you no longer need.',
      );
    }
    const made = await createToken(pool, userId, name, days);
    return c.json({ ...made, expiresAt: made.expiresAt.toISOString() }, 201);
  });

  app.openapi(deleteRoute, async (c) => {
    const { userId } = inBrowser(signedIn(c));
    const { id } = c.req.valid('param');
    if (!(await deleteToken(pool, userId, id))) throw notFound();
    accounts.sessionEnded(id);
    return c.body(null, 204);
  });
}
