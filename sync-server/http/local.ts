import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import type { Logger } from 'pino';
import type { ApiEnv } from '#kernel/api.ts';
import { notFound, Problem } from '#kernel/problem.ts';
import { limitedTo } from './guards.ts';
import { readLocalAddress, removeLocalAddress, writeLocalAddress } from './local-address.ts';
import { registerLocalRoutes, type LocalRoutesDeps } from './local-routes.ts';
import { answerError, problemResponse } from './problems.ts';

export interface LocalSocketOptions extends LocalRoutesDeps {
  /** HEARTH_DATA_DIR: `local.json` in it says where the socket is. */
  dataDir: string;
  /** Of the socket's file. Default: a short one in a folder of its own, since a socket's path ends at about 100 characters. */
  path?: string;
  log: Logger;
}

export interface LocalSocket {
  /** Lets running requests end, up to `patience` milliseconds, then takes the address back. */
  close(patience?: number): Promise<void>;
}

/** A command of 500 long messages, as JSON. */
const LARGEST_BODY = 16 * 1024 * 1024;
/** Requests that may wait for an answer at once; `bin/hearth` sends one at a time. */
const MOST_AT_ONCE = 16;
const FOLDER = 'hearth-local-';

/**
 * The one door of the system itself, for `bin/hearth` on the same machine: HTTP over a unix socket that only the server's
 * own user can open (on Windows: the loopback, with a secret that only that user can read). Whoever can use it could as
 * well read the database's files, so it asks for no account.
 */
export async function createLocalSocket(options: LocalSocketOptions): Promise<LocalSocket> {
  const { dataDir, log } = options;
  const isWindows = process.platform === 'win32';
  const secret = isWindows ? randomBytes(32).toString('base64url') : undefined;
  const server = createServer(getRequestListener(createApp(options, secret).fetch, { overrideGlobalObjects: false }));

  forgetKilled(dataDir);
  if (isWindows) {
    await listen(server, () => server.listen(0, '127.0.0.1'));
    writeLocalAddress(dataDir, {
      pid: process.pid,
      port: (server.address() as AddressInfo).port,
      secret: secret ?? '',
    });
  } else {
    const socket = options.path ?? path.join(mkdtempSync(path.join(shortTemporary(), FOLDER)), 'hearth.sock');
    // Between listening and chmod the folder, which is ours alone, keeps others out.
    await listen(server, () => server.listen(socket));
    chmodSync(socket, 0o600);
    writeLocalAddress(dataDir, { pid: process.pid, socket });
  }
  log.debug('The local socket is open.');

  return {
    async close(patience = 5_000) {
      const address = readLocalAddress(dataDir);
      removeLocalAddress(dataDir, process.pid);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), patience);
      await closed;
      clearTimeout(impatient);
      if (address?.pid === process.pid) removeFolder(address.socket);
    },
  };
}

function createApp(options: LocalSocketOptions, secret: string | undefined): OpenAPIHono<ApiEnv> {
  const { log } = options;
  const app = new OpenAPIHono<ApiEnv>();
  let running = 0;
  app.onError((error, c) => answerError(error, c, log));
  app.notFound(() => problemResponse(notFound().words));
  app.use('*', requestId(), limitedTo(LARGEST_BODY), async (c, next) => {
    if (secret && !sameSecret(c.req.header('authorization'), `Bearer ${secret}`)) throw notFound();
    if (running >= MOST_AT_ONCE) throw tooMany();
    running += 1;
    try {
      await next();
    } finally {
      running -= 1;
    }
  });
  registerLocalRoutes(app, options);
  return app;
}

function tooMany(): Problem {
  return new Problem({
    code: 'busy',
    status: 503,
    title: 'Busy',
    detail: `${MOST_AT_ONCE} requests wait here already.`,
    kept: 'Nothing of this request was looked at.',
    todo: 'Send it again when another is answered.',
    retryAfter: 1,
  });
}

function sameSecret(given: string | undefined, expected: string): boolean {
  return given?.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function listen(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

const shortTemporary = () => (os.tmpdir().length > 60 ? '/tmp' : os.tmpdir());

/** A killed server leaves its socket's folder behind. Another one in the same data folder cannot be alive: the database lets only one in. */
function forgetKilled(dataDir: string): void {
  const left = readLocalAddress(dataDir);
  if (left) removeFolder(left.socket);
}

/** Only a folder that we made. */
function removeFolder(socket: string | undefined): void {
  const folder = socket && path.dirname(socket);
  if (folder && path.basename(folder).startsWith(FOLDER)) rmSync(folder, { recursive: true, force: true });
}
