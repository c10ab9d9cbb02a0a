import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { ApiEnv } from '#kernel/api.ts';
import { invalid, notFound, Problem } from '#kernel/problem.ts';
import type { ProblemWords } from '#kernel/problem.ts';

/** Turns a refusal into `application/problem+json`. */
export function problemResponse(words: ProblemWords): Response {
  const { code, retryAfter, ...rest } = words;
  const headers = new Headers({ 'content-type': 'application/problem+json; charset=utf-8' });
  if (retryAfter !== undefined) headers.set('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  return new Response(JSON.stringify({ type: `urn:hearth:problem:${code}`, ...rest }), {
    status: words.status,
    headers,
  });
}

/** The last stop of every error. Only refusals speak; anything else is logged whole and answered without details. */
export function answerError(error: Error, c: Context<ApiEnv>, log: Logger): Response {
  if (error instanceof Problem) return problemResponse(error.words);
  if (error instanceof HTTPException) return problemResponse(wordsOfException(error));
  const requestId = c.get('requestId');
  if (databaseIsAway(error)) {
    log.warn({ requestId, err: error }, 'the database did not answer');
    return problemResponse({
      code: 'database-away',
      status: 503,
      title: 'Not right now',
      detail: 'The server cannot reach its database at the moment.',
      kept: 'Nothing of this request was stored; what waits on your device stays there.',
      todo: 'Try again in a few seconds.',
      retryAfter: 3,
    });
  }
  log.error({ requestId, err: error, method: c.req.method, path: c.req.path }, 'a request failed');
  return problemResponse({
    code: 'failed',
    status: 500,
    title: 'Something failed here',
    detail: `The server could not finish this. Its log has it as ${requestId}.`,
    todo: 'Try again; if it stays, tell whoever runs this place.',
  });
}

function wordsOfException(error: HTTPException): ProblemWords {
  if (error.status === 404) return notFound().words;
  return invalid('The request could not be read as JSON of the expected shape.').words;
}

/** A connection refused, lost or being shut down: SQLSTATE classes 08 and 57P, and what sockets and the pool say. */
export function databaseIsAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('08') || code.startsWith('57P')) return true;
  if ('syscall' in error && ['connect', 'read', 'write'].includes(String(error.syscall))) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}
