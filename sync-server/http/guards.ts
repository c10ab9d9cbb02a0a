import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '#kernel/api.ts';
import { Problem } from '#kernel/problem.ts';
import type { Session } from '#kernel/session.ts';
import { addressOf, networkOf } from './address.ts';
import { originIsOurs } from './origin.ts';
import type { OriginSettings } from './origin.ts';
import { apiHeaders } from './security-headers.ts';

const readOnly = new Set(['GET', 'HEAD', 'OPTIONS']);

export const secured: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(apiHeaders)) c.res.headers.set(name, value);
  c.res.headers.set('x-request-id', c.get('requestId'));
};

export function addressed(trustProxy: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const remoteAddress = incoming(c)?.socket.remoteAddress;
    const address = addressOf({ remoteAddress, forwardedFor: c.req.header('x-forwarded-for') }, trustProxy);
    c.set('address', address);
    c.set('network', networkOf(address));
    await next();
  };
}

/**
 * Refuses bodies over `bytes` by what they say of themselves, before anything is read: Node reads no more than the stated
 * length. One that does not say its length is refused as well, so that no request is held in memory to find out.
 */
export function limitedTo(bytes: number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) {
      throw new Problem({
        code: 'length-required',
        status: 411,
        title: 'How long?',
        detail: 'This is sent in chunks without saying how long it is.',
        todo: 'Send it with the header Content-Length.',
      });
    }
    if (Number(c.req.header('content-length') ?? '0') > bytes) {
      throw new Problem({
        code: 'too-large',
        status: 413,
        title: 'Too large',
        detail: `A request may carry at most ${Math.floor(bytes / 1024)} KB.`,
        todo: 'Send it in smaller parts.',
      });
    }
    await next();
  };
}

/** Forms and plain text are what a foreign page can send without asking first: only JSON is read. */
export const jsonOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!readOnly.has(c.req.method) && hasBody(c)) {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      throw new Problem({
        code: 'json-only',
        status: 415,
        title: 'JSON only',
        detail: 'This is not sent as application/json, and nothing else is read here.',
        todo: 'Send JSON with the header Content-Type: application/json.',
      });
    }
  }
  await next();
};

/**
 * A write that does not bring a bearer token speaks with the browser's cookies (or is about to get some), so it must come
 * from one of our own pages. A request that brings a token is judged by the token alone: see `authenticated`.
 */
export function fromOwnPages(settings: OriginSettings): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (!readOnly.has(c.req.method) && !c.req.header('authorization')) {
      const socket = incoming(c)?.socket;
      const asked = {
        origin: c.req.header('origin'),
        host: c.req.header('host'),
        forwardedProto: c.req.header('x-forwarded-proto'),
        encrypted: socket !== undefined && 'encrypted' in socket,
      };
      if (!originIsOurs(asked, settings)) {
        throw new Problem({
          code: 'foreign-origin',
          status: 403,
          title: 'From elsewhere',
          detail: 'This came from another site or another address of this one, so nothing was changed.',
          todo: 'Open Hearth at its own address and try there.',
        });
      }
    }
    await next();
  };
}

/** Sets `session`, or null. Never falls back from a refused token to the cookie: that would skip the origin check. */
export function authenticated(sessionOf: (headers: Headers) => Promise<Session | null>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const speaks = c.req.header('cookie') !== undefined || c.req.header('authorization') !== undefined;
    c.set('session', speaks ? await sessionOf(c.req.raw.headers) : null);
    await next();
  };
}

function hasBody(c: Context<ApiEnv>): boolean {
  return Number(c.req.header('content-length') ?? '0') > 0;
}

function incoming(c: Context<ApiEnv>): HttpBindings['incoming'] | undefined {
  const env = c.env as Partial<HttpBindings> | undefined;
  return env?.incoming;
}
