import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { json, refusals } from '#kernel/routes.ts';
import { signedIn, type ApiEnv } from '#kernel/api.ts';
import { Problem } from '#kernel/problem.ts';
import { slug } from '../communities.records.ts';
import type { CommunityApiDeps } from './facts.ts';

/** Addresses a person may ask about in a minute: enough for typing one, too few for listing what is here. */
export const ASKED_PER_MINUTE = 30;

const route = createRoute({
  method: 'get',
  path: '/api/slugs/{slug}',
  summary: 'Whether an address is still free for a community',
  tags: ['Communities'],
  request: { params: z.object({ slug: z.string().max(60) }) },
  responses: { 200: json('Whether it is free', z.object({ free: z.boolean() })), ...refusals },
});

/** An address says that something is behind it, so only signed-in people ask, and not for all of them. */
export function registerSlugsApi(app: OpenAPIHono<ApiEnv>, { pool }: CommunityApiDeps): void {
  const asked = new RateLimiterMemory({ points: ASKED_PER_MINUTE, duration: 60 });
  app.openapi(route, async (c) => {
    const { userId } = signedIn(c);
    await asked.consume(userId).catch((refused: unknown) => {
      throw refused instanceof RateLimiterRes ? tooOften(refused.msBeforeNext) : refused;
    });
    const wanted = c.req.valid('param').slug;
    if (!slug().safeParse(wanted).success) return c.json({ free: false }, 200);
    const { rows } = await pool.query('select 1 from communities where slug = $1', [wanted]);
    return c.json({ free: rows.length === 0 }, 200);
  });
}

function tooOften(milliseconds: number): Problem {
  const seconds = Math.ceil(milliseconds / 1000);
  return new Problem({
    code: 'too-often',
    status: 429,
    title: 'A moment',
    detail: `Addresses were looked up too often. It opens again in ${seconds} seconds.`,
    kept: 'What you typed is kept.',
    todo: 'Wait, or make the community: it is told then whether the address is free.',
    retryAfter: seconds,
  });
}
