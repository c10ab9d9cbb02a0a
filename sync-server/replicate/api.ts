import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type pg from 'pg';
import { signedIn, type ApiEnv } from '#kernel/api.ts';
import type { Actor } from '#kernel/commands.ts';
import { notFound, Problem } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import { ulid } from '#kernel/ids.ts';
import { MAX_BATCH } from '#kernel/wire.ts';
import type { Door } from '../gate/door.ts';
import type { Gate } from '../gate/gate.ts';
import type { Access } from './access.ts';
import type { Away } from './away.ts';
import { MAX_BUDGET, type Catchup } from './catchup.ts';
import type { PlacesReader } from './places.ts';
import type { ReadMarks } from './read-marks.ts';

export interface SyncApiDependencies {
  gate: Gate;
  access: Access;
  away: Away;
  catchup: Catchup;
  places: PlacesReader;
  marks: ReadMarks;
  pool: pg.Pool;
  actorOf(userId: string): Promise<Actor | null>;
}

const compress = promisify(gzip);
const Id = z.string().max(40);
/** Bytes from which an answer is worth compressing. */
const WORTH_COMPRESSING = 1024;

const Refusal = z.object({ code: z.string(), detail: z.string().optional() });
const ReceiptSchema = z
  .union([
    z.object({ id: Id, ok: z.literal(true), pos: z.number().int(), no: z.number().int().optional() }),
    z.object({ id: Id, ok: z.literal(false), refused: Refusal }),
    z.object({ id: Id, ok: z.literal(false), wait: z.object({ until: z.number().int(), reason: z.string() }) }),
  ])
  .openapi('Receipt', {
    description:
      'What a command came to: durable; refused, with the reason; or not yet, with the time from which to send it again.',
  });

const octets = {
  description: 'Frames, as docs/SYNC.md says.',
  content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
};
const security: Record<string, string[]>[] = [{ cookie: [] }, { bearer: [] }];

/** What sockets do, for those who have none: commands, catching up, places, read marks, documents. */
export function registerSyncApi(app: OpenAPIHono<ApiEnv>, deps: SyncApiDependencies): void {
  const actor = async (session: Session): Promise<Actor> => {
    const found = await deps.actorOf(session.userId);
    if (!found) throw notFound();
    return found;
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/commands',
      summary: 'Sends commands; each is answered once it is durable, refused, or told when to come back',
      tags: ['sync'],
      security,
      request: {
        body: {
          required: true,
          content: {
            'application/json': { schema: z.strictObject({ commands: z.array(z.unknown()).min(1).max(MAX_BATCH) }) },
          },
        },
      },
      responses: {
        200: {
          description: 'One receipt for each command, in order.',
          content: { 'application/json': { schema: z.object({ receipts: z.array(ReceiptSchema) }) } },
        },
      },
    }),
    async (c) => {
      const session = signedIn(c);
      const { commands } = c.req.valid('json');
      if (commands.some((command) => accountOf(command) !== session.userId)) throw anotherAccount();
      const door: Door = {
        id: ulid(),
        actor: await actor(session),
        device: session.device,
        awaySince: await deps.away.since(session),
        openedAt: Date.now(),
        inFlight: 0,
      };
      const receipts = await Promise.all(commands.map((command) => deps.gate.submitAndWait(command, door)));
      deps.away.saw(session.device);
      return c.json({ receipts: receipts as z.infer<typeof ReceiptSchema>[] }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/catchup',
      summary: 'What changed since a position, from the log',
      tags: ['sync'],
      security,
      request: {
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                epoch: z.string().max(100).nullable(),
                chains: z
                  .array(
                    z.strictObject({
                      chain: z.string().max(20),
                      owner: Id,
                      pos: z.number().int().min(0),
                      segments: z.array(z.number().int().min(0).max(9_999_999)).max(10_000).optional(),
                      from: z.number().int().min(0).max(9_999_999).optional(),
                    }),
                  )
                  .max(2000),
                budget: z.number().int().min(1).max(MAX_BUDGET).optional(),
              }),
            },
          },
        },
      },
      responses: { 200: octets },
    }),
    async (c) =>
      send(c.req.header('accept-encoding'), await deps.catchup.answer(signedIn(c).userId, c.req.valid('json'))),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/documents/{kind}/{owner}/{n}',
      summary: 'One document from its beginning',
      tags: ['sync'],
      security,
      request: { params: z.object({ kind: z.string(), owner: z.string(), n: z.string() }) },
      responses: { 200: octets },
    }),
    async (c) => {
      const { kind, owner, n } = c.req.valid('param');
      const bytes = await deps.catchup.document(signedIn(c).userId, `${kind}/${owner}/${n}`);
      if (!bytes) throw notFound();
      return send(c.req.header('accept-encoding'), bytes);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/places',
      summary: 'Which communities and channels one can see, and where each stands',
      tags: ['sync'],
      security,
      responses: { 200: { description: 'Places.', content: { 'application/json': { schema: z.unknown() } } } },
    }),
    async (c) => {
      const { user, name, operator } = await actor(signedIn(c));
      return c.json(await deps.places.read({ id: user, name, operator }), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/api/read-marks',
      summary: 'Sets how far one has read; marks only rise',
      tags: ['sync'],
      security,
      request: {
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({ marks: z.array(z.tuple([Id, z.number().int().min(0)])).max(1000) }),
            },
          },
        },
      },
      responses: { 204: { description: 'Taken.' } },
    }),
    async (c) => {
      const { userId } = signedIn(c);
      const readable = await deps.access.readable(userId);
      for (const [channel, read] of c.req.valid('json').marks) {
        if (readable.has(channel)) deps.marks.set(userId, channel, Math.min(read, 2 ** 31 - 1));
      }
      await deps.marks.flush();
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/channels/{id}/at',
      summary: 'The first message at or after a time',
      tags: ['sync'],
      security,
      request: { params: z.object({ id: Id }), query: z.object({ time: z.coerce.number().int().min(0) }) },
      responses: {
        200: {
          description: 'Its number in the channel.',
          content: { 'application/json': { schema: z.object({ no: z.number().int() }) } },
        },
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      if (!(await deps.access.mayOpen(signedIn(c).userId, { kind: 'channel', owner: id, n: 0 }))) throw notFound();
      const { rows } = await deps.pool.query<{ no: number }>(
        'select no from positions where owner = $1 and at >= $2 order by at, no limit 1',
        [id, c.req.valid('query').time],
      );
      if (!rows[0]) throw notFound();
      return c.json({ no: rows[0].no }, 200);
    },
  );
}

function accountOf(command: unknown): unknown {
  return typeof command === 'object' && command !== null && 'account' in command ? command.account : undefined;
}

function anotherAccount(): Problem {
  return new Problem({
    code: 'another-account',
    status: 409,
    title: 'Another account',
    detail: 'These commands belong to another account than the one signed in.',
    kept: 'They stay on the device, unsent.',
    todo: 'Sign in with the account that wrote them.',
  });
}

async function send(accepted: string | undefined, bytes: Uint8Array): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
  if (bytes.length < WORTH_COMPRESSING || !accepted?.includes('gzip'))
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
  const packed = await compress(bytes, { level: constants.Z_DEFAULT_COMPRESSION });
  return new Response(packed as Buffer<ArrayBuffer>, {
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
  });
}
