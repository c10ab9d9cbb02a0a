import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { json, refusals } from '#kernel/routes.ts';
import { accessCommunity, type CommunityApiDeps } from '#features/community/communities/server/index.ts';
import { signedIn, type ApiEnv } from '#kernel/api.ts';
import { notFound, Problem } from '#kernel/problem.ts';
import { readInvite } from './invites.ts';

const tags = ['Invites'];
const Id = z.string().max(40);
const open: Record<string, string[]>[] = [{}, { cookie: [] }, { bearer: [] }];

const lookRoute = createRoute({
  method: 'get',
  path: '/api/invites/{id}',
  summary: 'What an invite leads to',
  description: 'Whoever has the code may look, with an account or without.',
  tags,
  security: open,
  request: { params: z.object({ id: Id }) },
  responses: {
    200: json(
      'The community',
      z.object({
        community: z.object({
          id: Id,
          slug: z.string(),
          name: z.string(),
          description: z.string(),
          members: z.number().int(),
        }),
      }),
    ),
    ...refusals,
  },
});

const joinRoute = createRoute({
  method: 'post',
  path: '/api/invites/{id}/join',
  summary: 'Join by an invite; a member already is fine',
  tags,
  request: { params: z.object({ id: Id }) },
  responses: { 200: json('You are in', z.object({ community: Id, slug: z.string() })), ...refusals },
});

const listRoute = createRoute({
  method: 'get',
  path: '/api/communities/{id}/invites',
  summary: 'The invites of a community, newest first, for those who may make some',
  tags,
  request: { params: z.object({ id: Id }) },
  responses: {
    200: json(
      'As they stand',
      z.object({
        invites: z.array(
          z.object({
            community: Id,
            id: Id,
            createdBy: Id,
            createdAt: z.number().int(),
            expiresAt: z.number().int().optional(),
            uses: z.number().int(),
            maxUses: z.number().int().optional(),
            revoked: z.boolean(),
          }),
        ),
      }),
    ),
    ...refusals,
  },
});

/** Invites shown at once; who has made more has revoked or spent most of them. */
const MOST = 500;

interface InviteRow {
  id: string;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  uses: number;
  max_uses: number | null;
  revoked: boolean;
}

export function registerInvitesApi(app: OpenAPIHono<ApiEnv>, deps: CommunityApiDeps): void {
  const { pool } = deps;

  app.openapi(lookRoute, async (c) => {
    const invited = await readInvite(deps, c.req.valid('param').id, c.var.session?.userId ?? null);
    if (!invited) throw notFound();
    const { id, slug, name, description } = invited.community;
    const { rows } = await pool.query<{ members: number }>(
      `select count(*)::int as members from members where community = $1 and state <> 'banned'`,
      [id],
    );
    return c.json({ community: { id, slug, name, description, members: rows[0]?.members ?? 0 } }, 200);
  });

  app.openapi(joinRoute, async (c) => {
    const session = signedIn(c);
    const invite = c.req.valid('param').id;
    const invited = await readInvite(deps, invite, session.userId);
    if (!invited) throw notFound();
    const { id: community, slug } = invited.community;
    if (invited.inside) return c.json({ community, slug }, 200);
    const receipt = await deps.submitAs(session, 'member.join', { community, invite });
    if (receipt.ok) return c.json({ community, slug }, 200);
    throw 'wait' in receipt ? comeBack(receipt.wait.until) : notFound();
  });

  app.openapi(listRoute, async (c) => {
    const community = c.req.valid('param').id;
    await accessCommunity(deps, signedIn(c), community, 'invites.create');
    const { rows } = await pool.query<InviteRow>(
      `select id, created_by, created_at, expires_at, uses, max_uses, revoked from invites
        where community = $1 order by created_at desc, id limit ${MOST}`,
      [community],
    );
    const invites = rows.map((row) => ({
      community,
      id: row.id,
      createdBy: row.created_by,
      createdAt: Number(row.created_at),
      ...(row.expires_at === null ? {} : { expiresAt: Number(row.expires_at) }),
      uses: row.uses,
      ...(row.max_uses === null ? {} : { maxUses: row.max_uses }),
      revoked: row.revoked,
    }));
    return c.json({ invites }, 200);
  });
}

function comeBack(until: number): Problem {
  return new Problem({
    code: 'busy',
    status: 503,
    title: 'Not just now',
    detail: 'This place is busy, so you are not in yet.',
    kept: 'The invite is as good as before.',
    todo: 'Try again in a moment.',
    retryAfter: Math.max(1, Math.ceil((until - Date.now()) / 1000)),
  });
}
