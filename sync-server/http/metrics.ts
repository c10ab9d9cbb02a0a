import type { HttpBindings } from '@hono/node-server';
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type pg from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ApiEnv } from '#kernel/api.ts';
import { refusals } from '#kernel/routes.ts';
import { accessConsole, type OperatorCheck } from './operator.ts';

/** What is asked of the running parts when somebody looks; nothing is counted in between. */
export interface Measured {
  pool: pg.Pool;
  /** Devices connected, and documents they have open. */
  replication(): { sockets: number; documents: number };
  /** What the author holds in memory, and commands that wait for it. */
  author(): { partitions: number; documents: number; waiting: number };
}

/** Figures of this process, for Prometheus. Names and ids of people never are labels. */
export class Metrics {
  readonly registry = new Registry();
  private readonly accepted = this.counter('hearth_commands_accepted_total', 'Commands that were committed');
  private readonly refusedCommands = this.counter('hearth_commands_refused_total', 'Commands that were refused', [
    'code',
  ]);
  private readonly refusedOther = this.counter('hearth_refused_total', 'Other attempts that were refused', ['what']);
  private readonly commits = this.counter('hearth_commits_total', 'Commits of the author');
  private readonly caughtUp = this.counter('hearth_catchup_bytes_total', 'Bytes answered to devices that catch up');
  private readonly commitSeconds = new Histogram({
    name: 'hearth_commit_seconds',
    help: 'How long a commit of the author takes',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.registry],
  });

  constructor({ pool, replication, author }: Measured) {
    // Brings the delay of the event loop, memory and processor time.
    collectDefaultMetrics({ register: this.registry });
    this.gauge('hearth_sockets', 'Devices connected', () => replication().sockets);
    this.gauge('hearth_documents_open', 'Documents that devices have open', () => replication().documents);
    this.gauge('hearth_author_documents', 'Documents in the author’s memory', () => author().documents);
    this.gauge('hearth_author_partitions', 'Partitions in the author’s memory', () => author().partitions);
    this.gauge('hearth_author_waiting', 'Commands that wait for a commit', () => author().waiting);
    this.gauge('hearth_database_connections', 'Connections of the pool', () => pool.totalCount);
    this.gauge('hearth_database_connections_idle', 'Connections of the pool nobody uses', () => pool.idleCount);
    this.gauge('hearth_database_waiting', 'Statements that wait for a connection', () => pool.waitingCount);
  }

  committed(commands: number, milliseconds: number): void {
    this.commits.inc();
    this.accepted.inc(commands);
    this.commitSeconds.observe(milliseconds / 1000);
  }

  /** @param what `command:<code>` for commands */
  refused(what: string): void {
    if (what.startsWith('command:')) this.refusedCommands.inc({ code: what.slice('command:'.length) });
    else this.refusedOther.inc({ what });
  }

  answeredCatchup(bytes: number): void {
    this.caughtUp.inc(bytes);
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

const route = createRoute({
  method: 'get',
  path: '/api/metrics',
  summary: 'Figures of this process, as Prometheus reads them',
  description: 'For the operator, and for programs on the same machine that come directly, without a proxy.',
  tags: ['Operation'],
  responses: {
    200: { description: 'The figures', content: { 'text/plain': { schema: z.string() } } },
    ...refusals,
  },
});

export function registerMetrics(app: OpenAPIHono<ApiEnv>, deps: { metrics: Metrics } & OperatorCheck): void {
  const { registry } = deps.metrics;
  app.openapi(route, async (c) => {
    if (!fromThisMachine(c)) await accessConsole(c, deps);
    return c.text(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Behind a proxy on this machine everybody seems to come from it: whatever a proxy adds, and any name but the machine's own,
 * is therefore not believed to be local. The name also keeps out foreign pages in a browser here.
 */
function fromThisMachine(c: Context<ApiEnv>): boolean {
  const { incoming } = c.env as Partial<HttpBindings>;
  const forwarded = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip'];
  return (
    LOOPBACK.has(incoming?.socket.remoteAddress ?? '') &&
    LOCAL_HOST.test(c.req.header('host') ?? '') &&
    !forwarded.some((name) => c.req.header(name) !== undefined)
  );
}
