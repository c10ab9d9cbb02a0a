import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { json, refusals } from '#kernel/routes.ts';
import { accessCommunity, type CommunityApiDeps } from '#features/community/communities/server/index.ts';
import { signedIn, type ApiEnv } from '#kernel/api.ts';
import { invalid } from '#kernel/problem.ts';

const tags = ['Members'];
const Id = z.string().max(40);

const listRoute = createRoute({
  method: 'get',
  path: '/api/communities/{id}/members',
  summary: 'Members by name, a page at a time; those who are banned are not among them',
  tags,
  request: {
    params: z.object({ id: Id }),
    query: z.object({
      query: z.string().max(80).optional().openapi({ description: 'A part of the name' }),
      role: z.string().max(26).optional(),
      after: z.string().max(600).optional().openapi({ description: '`next` of the page before' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: json(
      'A page',
      z.object({
        members: z.array(
          z.object({
            id: Id,
            name: z.string(),
            picture: z.string().optional(),
            role: z.string(),
            unclaimed: z.literal(true).optional(),
            joinedAt: z.number().int(),
          }),
        ),
        next: z.string().nullable().openapi({ description: 'Where the next page begins; null after the last one' }),
      }),
    ),
    ...refusals,
  },
});

const bannedRoute = createRoute({
  method: 'get',
  path: '/api/communities/{id}/banned',
  summary: 'Who was shut out and why, for those who may lift it',
  tags,
  request: { params: z.object({ id: Id }) },
  responses: {
    200: json(
      'By name',
      z.object({
        members: z.array(
          z.object({ user: Id, name: z.string(), picture: z.string().optional(), reason: z.string().optional() }),
        ),
      }),
    ),
    ...refusals,
  },
});

interface MemberRow {
  user: string;
  name: string;
  picture: string | null;
  role: string;
  state: string;
  joined_at: string;
  sorted: string;
}

export function registerMembersApi(app: OpenAPIHono<ApiEnv>, deps: CommunityApiDeps): void {
  const { pool } = deps;

  app.openapi(listRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { query = '', role = null, after, limit } = c.req.valid('query');
    await accessCommunity(deps, signedIn(c), id);
    const [sorted, user] = after === undefined ? [null, null] : readCursor(after);
    const { rows } = await pool.query<MemberRow>(
      `select "user", name, picture, role, state, joined_at, lower(name) as sorted from members
        where community = $1 and state <> 'banned'
          and ($2 = '' or name ilike '%' || $2 || '%') and ($3::text is null or role = $3)
          and ($4::text is null or (lower(name), "user") > ($4, $5))
        order by lower(name), "user" limit $6`,
      [id, query.trim().replace(/[\\%_]/g, '\\$&'), role, sorted, user, limit + 1],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const members = page.map((row) => ({
      id: row.user,
      name: row.name,
      ...(row.picture ? { picture: row.picture } : {}),
      role: row.role,
      ...(row.state === 'unclaimed' ? { unclaimed: true as const } : {}),
      joinedAt: Number(row.joined_at),
    }));
    return c.json({ members, next: rows.length > limit && last ? writeCursor(last.sorted, last.user) : null }, 200);
  });

  app.openapi(bannedRoute, async (c) => {
    const { id } = c.req.valid('param');
    await accessCommunity(deps, signedIn(c), id, 'members.ban');
    const { rows } = await pool.query<{ user: string; name: string; picture: string | null; reason: string | null }>(
      `select "user", name, picture, reason from members where community = $1 and state = 'banned' order by lower(name), "user"`,
      [id],
    );
    const members = rows.map(({ user, name, picture, reason }) => ({
      user,
      name,
      ...(picture ? { picture } : {}),
      ...(reason ? { reason } : {}),
    }));
    return c.json({ members }, 200);
  });
}

/** The name and the person a page ended with: somebody who left meanwhile does not end the list. */
const Cursor = z.tuple([z.string().max(200), z.string().max(40)]);

const writeCursor = (sorted: string, user: string): string =>
  Buffer.from(JSON.stringify([sorted, user])).toString('base64url');

function readCursor(after: string): [sorted: string, user: string] {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(after, 'base64url').toString()));
  } catch {
    throw invalid('This is not where a page begins (after).', 'Send `next` of the page before as it was, or nothing.');
  }
}
