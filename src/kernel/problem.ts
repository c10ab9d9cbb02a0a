export type ProblemWords = {
  /** A short stable name, the last part of `type`. */
  code: string;
  /** HTTP status. */
  status: 400 | 401 | 403 | 404 | 408 | 409 | 411 | 413 | 415 | 422 | 429 | 500 | 503;
  /** What happened, in a few words. */
  title: string;
  /** What happened, in a sentence. */
  detail: string;
  /** What was kept of what the person sent. */
  kept?: string;
  /** What to do now. */
  todo?: string;
  /** Seconds to wait before trying again. */
  retryAfter?: number;
};

/** An answer that refuses, in words. Thrown by a route, written by the HTTP base as `application/problem+json`. */
export class Problem extends Error {
  readonly words: ProblemWords;

  constructor(words: ProblemWords) {
    super(`${words.title}: ${words.detail}`);
    this.name = 'Problem';
    this.words = words;
  }
}

/** One answer for forbidden, missing, unknown and expired, so that asking tells nobody what exists. */
export function notFound(): Problem {
  return new Problem({
    code: 'not-found',
    status: 404,
    title: 'Not here',
    detail: 'There is nothing here, or it is not open to you.',
    todo: 'Check the address, or ask whoever gave it to you.',
  });
}

export function notSignedIn(): Problem {
  return new Problem({
    code: 'not-signed-in',
    status: 401,
    title: 'Not signed in',
    detail: 'This needs an account, and nobody is signed in here.',
    kept: 'What waits on your device stays there.',
    todo: 'Sign in, then try again.',
  });
}

export function invalid(detail: string, todo?: string): Problem {
  return new Problem({ code: 'invalid', status: 400, title: 'Not accepted', detail, ...(todo ? { todo } : {}) });
}
