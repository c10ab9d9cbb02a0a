import { createRoute, z } from '@hono/zod-openapi';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { Problem } from '#kernel/problem.ts';
import { ProblemSchema } from '#kernel/routes.ts';
import type { Api } from './api.ts';

const health = createRoute({
  method: 'get',
  path: '/api/health',
  summary: 'Is the process alive',
  tags: ['Operation'],
  security: [],
  responses: {
    200: {
      description: 'It is',
      content: { 'application/json': { schema: z.object({ alive: z.literal(true), seconds: z.number() }) } },
    },
  },
});

const ready = createRoute({
  method: 'get',
  path: '/api/ready',
  summary: 'Can it serve: does the database answer',
  tags: ['Operation'],
  security: [],
  responses: {
    200: { description: 'It can', content: { 'application/json': { schema: z.object({ ready: z.literal(true) }) } } },
    503: { description: 'Not now', content: { 'application/problem+json': { schema: ProblemSchema } } },
  },
});

/** Registered before authentication: whether the process lives must not depend on the database. */
export function registerHealth(app: Api, pool: Pool, log: Logger): void {
  app.openapi(health, (c) => c.json({ alive: true as const, seconds: Math.round(process.uptime()) }, 200));
  app.openapi(ready, async (c) => {
    try {
      await pool.query('select 1');
    } catch (error) {
      log.warn({ err: error }, 'not ready: the database does not answer');
      throw new Problem({
        code: 'not-ready',
        status: 503,
        title: 'Not ready',
        detail: 'The database does not answer.',
        todo: 'Look at the database and at the log of this server.',
        retryAfter: 5,
      });
    }
    return c.json({ ready: true as const }, 200);
  });
}
