import type { OpenAPIHono } from '@hono/zod-openapi';
import { createRoute, z } from '@hono/zod-openapi';
import { deviceName } from './device-name.ts';
import { shortAddress } from './short-address.ts';
import { signedIn } from '#kernel/api.ts';
import type { ApiEnv } from '#kernel/api.ts';
import { notFound } from '#kernel/problem.ts';
import { json, refusals } from '#kernel/routes.ts';
import type { Accounts } from './accounts.ts';
import { inBrowser } from './me-api.ts';

import { endOtherSessions, endSession } from './sessions.ts';

const tags = ['Sessions and devices'];

const SessionSchema = z
  .object({
    id: z.string(),
    current: z.boolean(),
    device: z.string(),
    browser: z.string().optional(),
    system: z.string().optional(),
    address: z.string().nullable(),
    signedInAt: z.iso.datetime(),
    seenAt: z.iso.datetime().openapi({ description: 'Exact to five minutes' }),
  })
  .openapi('Session');

const listRoute = createRoute({
  method: 'get',
  path: '/api/sessions',
  summary: 'Where you are signed in',
  tags,
  responses: { 200: json('Newest use first', z.object({ sessions: z.array(SessionSchema) })), ...refusals },
});

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/sessions/{id}',
  summary: 'End one session; its sockets close within a second',
  tags,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: 'Ended' }, ...refusals },
});

const revokeOthersRoute = createRoute({
  method: 'post',
  path: '/api/sessions/revoke-others',
  summary: 'End every session but this one',
  tags,
  responses: { 200: json('How many ended', z.object({ ended: z.number().int() })), ...refusals },
});

type Row = {
  id: string;
  device: string;
  user_agent: string | null;
  ip_address: string | null;
  created_at: Date;
  seen_at: Date;
};

export function registerSessions(app: OpenAPIHono<ApiEnv>, { accounts }: { accounts: Accounts }): void {
  app.openapi(listRoute, async (c) => {
    const session = inBrowser(signedIn(c));
    const found = await accounts.pool.query<Row>(
      `select id, device, user_agent, ip_address, created_at, seen_at from sessions
        where user_id = $1 and expires_at > now() order by (id = $2) desc, seen_at desc`,
      [session.userId, session.id],
    );
    const sessions = found.rows.map((row) => ({
      id: row.id,
      current: row.id === session.id,
      device: row.device,
      ...deviceName(row.user_agent ?? ''),
      address: shortAddress(row.ip_address ?? ''),
      signedInAt: row.created_at.toISOString(),
      seenAt: row.seen_at.toISOString(),
    }));
    return c.json({ sessions }, 200);
  });

  app.openapi(revokeRoute, async (c) => {
    const { userId } = inBrowser(signedIn(c));
    if (!(await endSession(accounts, userId, c.req.valid('param').id))) throw notFound();
    return c.body(null, 204);
  });

  app.openapi(revokeOthersRoute, async (c) => {
    const session = inBrowser(signedIn(c));
    return c.json({ ended: await endOtherSessions(accounts, session) }, 200);
  });
}
