import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Pool } from 'pg';
import * as z from 'zod';
import type { ApiEnv } from '#kernel/api.ts';
import { isUlid } from '#kernel/ids.ts';
import { invalid, notFound, Problem } from '#kernel/problem.ts';
import type { SubmitAsSystem } from '../system-door.ts';
import { findAccount, findCommunity, findKnown, readOverview } from './local-queries.ts';

export interface LocalRoutesDeps {
  /** The gate's own door: accepts `system` commands, judges them like all others. */
  submit: SubmitAsSystem;
  pool: Pool;
  /** Where people reach this installation. */
  origin(): string;
  /** Writes a backup into a folder on this machine; says which folder it became. */
  backup(folder: string): Promise<string>;
  /** False when nobody has this address. */
  setPassword(email: string, password: string): Promise<boolean>;
}

const Commands = z.strictObject({
  commands: z
    .array(
      z.strictObject({
        id: z.string().refine(isUlid, 'not an id'),
        name: z.string().min(1).max(64),
        args: z.unknown(),
        at: z.number().int().nonnegative(),
      }),
    )
    .min(1)
    .max(100),
});
const Known = z.strictObject({ channel: z.string().refine(isUlid), ids: z.array(z.string().refine(isUlid)).max(1000) });
const Password = z.strictObject({ email: z.string().max(320), password: z.string().min(10).max(128) });
const Backup = z.strictObject({ folder: z.string().min(1).max(4096) });

/** What `bin/hearth` asks of a running server. Not part of the public API: the tool and the server are of one version. */
export function registerLocalRoutes(
  app: OpenAPIHono<ApiEnv>,
  { submit, pool, origin, backup, setPassword }: LocalRoutesDeps,
): void {
  app.post('/commands', async (c) => {
    const { commands } = await read(Commands, c.req);
    return c.json({ receipts: await submit(commands) });
  });

  app.get('/status', async (c) => c.json({ pid: process.pid, origin: origin(), ...(await readOverview(pool)) }));

  app.get('/community', async (c) => {
    const found = await findCommunity(pool, c.req.query('name') ?? '');
    if (found.length > 1) throw severalCommunities(found.map(({ slug }) => slug));
    if (!found[0]) throw notFound();
    return c.json(found[0]);
  });

  app.get('/account', async (c) => {
    const account = await findAccount(pool, c.req.query('email'));
    if (!account) throw notFound();
    return c.json(account);
  });

  app.post('/known', async (c) => {
    const { channel, ids } = await read(Known, c.req);
    return c.json({ known: await findKnown(pool, channel, ids) });
  });

  app.post('/backup', async (c) => c.json({ written: await backup((await read(Backup, c.req)).folder) }));

  app.post('/password', async (c) => {
    const { email, password } = await read(Password, c.req);
    if (!(await setPassword(email, password))) throw notFound();
    return c.json({ ok: true });
  });
}

async function read<T>(shape: z.ZodType<T>, request: { json(): Promise<unknown> }): Promise<T> {
  const body = await request.json().catch(() => {
    throw invalid('The request is not JSON.');
  });
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'has another shape than expected'}.`);
}

function severalCommunities(slugs: string[]): Problem {
  return new Problem({
    code: 'ambiguous',
    status: 409,
    title: 'Which one?',
    detail: 'Several communities have this name.',
    todo: `Name it by its address: ${slugs.join(', ')}.`,
  });
}
