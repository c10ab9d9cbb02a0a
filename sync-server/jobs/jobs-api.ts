import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '#kernel/api.ts';
import { json, refusals } from '#kernel/routes.ts';
import { accessConsole, type OperatorCheck } from '../http/operator.ts';
import type { Jobs } from './jobs.ts';

const Moment = z.iso.datetime().nullable();

const route = createRoute({
  method: 'get',
  path: '/api/console/jobs',
  summary: 'The jobs of upkeep and how each went last, for the operator',
  tags: ['Console'],
  responses: {
    200: json(
      'Every job',
      z.object({
        jobs: z.array(
          z.object({
            name: z.string(),
            cron: z.string().openapi({ description: 'In UTC' }),
            startedAt: Moment,
            endedAt: Moment.openapi({ description: 'Null while it runs, and after a server that was killed' }),
            failedAt: Moment.openapi({ description: 'Of the last run that failed' }),
            error: z.string().nullable(),
            note: z.string().nullable(),
          }),
        ),
      }),
    ),
    ...refusals,
  },
});

export function registerJobsApi(app: OpenAPIHono<ApiEnv>, deps: { jobs: Jobs } & OperatorCheck): void {
  app.openapi(route, async (c) => {
    await accessConsole(c, deps);
    return c.json({ jobs: await deps.jobs.runs() }, 200);
  });
}
