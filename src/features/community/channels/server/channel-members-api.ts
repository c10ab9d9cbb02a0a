import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { isUlid } from '#kernel/ids.ts';
import { json, refusals } from '#kernel/routes.ts';
import { signedIn, type ApiEnv } from '#kernel/api.ts';
import { notFound } from '#kernel/problem.ts';
import { Channel, checkMembership, Member, opens, Role } from '#features/community/communities/index.ts';
import type { CommunityApiDeps } from '#features/community/communities/server/index.ts';

const Id = z.string().max(40);

const route = createRoute({
  method: 'get',
  path: '/api/channels/{id}/members',
  summary: 'Who was let into a private channel, a page at a time, and which roles open it without that',
  tags: ['Channels'],
  request: {
    params: z.object({ id: Id }),
    query: z.object({
      after: Id.optional().openapi({ description: '`next` of the page before' }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
  responses: {
    200: json(
      'A page',
      z.object({
        private: z.boolean().openapi({ description: 'When false every member opens it, and nobody is listed' }),
        members: z.array(z.object({ id: Id, name: z.string(), picture: z.string().optional(), role: z.string() })),
        roles: z
          .array(z.object({ id: Id, name: z.string() }))
          .openapi({ description: 'Roles that open every private channel; who has one is listed only when let in' }),
        next: Id.nullable().openapi({ description: 'Where the next page begins; null after the last one' }),
      }),
    ),
    ...refusals,
  },
});

export interface ChannelMembersApiDeps extends Pick<CommunityApiDeps, 'pool' | 'read'> {
  /** The community a channel is in, whoever asks; null where there is no such channel. */
  communityOf(channel: string): Promise<string | null>;
}

interface MemberRow {
  id: string;
  name: string;
  picture: string | null;
  role: string;
}

/** Answers whoever opens the channel; to all others it is not there (C9). */
export function registerChannelMembersApi(
  app: OpenAPIHono<ApiEnv>,
  { pool, read, communityOf }: ChannelMembersApiDeps,
): void {
  app.openapi(route, async (c) => {
    const { userId } = signedIn(c);
    const { id } = c.req.valid('param');
    const { after = '', limit } = c.req.valid('query');
    const community = isUlid(id) ? await communityOf(id) : null;
    if (!community) throw notFound();
    const place = await read(community, (records) => {
      if (checkMembership(records, community, userId)) return undefined;
      const channel = records.get(Channel, community, id);
      if (!channel || !opens(records, records.get(Member, community, userId), channel)) return undefined;
      const opening = records.all(Role, community).filter((role) => role.permissions.includes('channels.private'));
      return { closed: channel.private, roles: opening.map((role) => ({ id: role.id, name: role.name })) };
    });
    if (!place) throw notFound();
    const { closed, roles } = place;
    // A channel that was private once still stands among the rooms of whoever was let in.
    if (!closed) return c.json({ private: false, members: [], roles, next: null }, 200);
    const { rows } = await pool.query<MemberRow>(
      `select "user" as id, name, picture, role from members
        where community = $1 and state = 'active' and rooms ? $2 and "user" > $3 order by "user" limit $4`,
      [community, id, after, limit + 1],
    );
    const page = rows.slice(0, limit);
    const members = page.map(({ picture, ...member }) => ({ ...member, ...(picture ? { picture } : {}) }));
    return c.json({ private: true, members, roles, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }, 200);
  });
}
