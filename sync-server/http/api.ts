import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { ApiEnv } from '#kernel/api.ts';
import { invalid, notFound } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import { describeApi } from './document.ts';
import { addressed, authenticated, fromOwnPages, jsonOnly, limitedTo, secured } from './guards.ts';
import { registerHealth } from './health.ts';
import type { OriginSettings } from './origin.ts';
import { answerError, problemResponse } from './problems.ts';

export type ApiDeps = {
  settings: OriginSettings & { version?: string };
  database: { pool: Pool };
  log: Logger;
  accounts: { sessionOf(headers: Headers): Promise<Session | null> };
  /** Bytes a request may carry; 1 MiB unless told. */
  largestBody?: number;
};

export type Api = OpenAPIHono<ApiEnv>;

/**
 * The HTTP API without features: what every answer has and every request passes. Features add their routes afterwards,
 * with whole paths (`/api/…`): `registerXxxApi(api.app, deps)`.
 */
export function createApi(deps: ApiDeps): {
  app: Api;
  listener: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
} {
  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const issue = result.error.issues[0];
      const where = issue?.path.length ? ` (${issue.path.join('.')})` : '';
      throw invalid(`${issue?.message ?? 'The request has another shape than expected'}${where}.`);
    },
  });
  app.onError((error, c) => answerError(error, c, deps.log));
  app.notFound(() => problemResponse(notFound().words));
  app.use(
    '*',
    requestId({ limitLength: 64 }),
    secured,
    addressed(deps.settings.trustProxy),
    fromOwnPages(deps.settings),
    limitedTo(deps.largestBody ?? 1024 * 1024),
    jsonOnly,
  );
  registerHealth(app, deps.database.pool, deps.log);
  app.use('*', authenticated(deps.accounts.sessionOf));
  describeApi(app, deps.settings.version ?? '0.0.0');
  return { app, listener: getRequestListener(app.fetch, { overrideGlobalObjects: false }) };
}
