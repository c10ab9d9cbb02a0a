/** A refusal as the server worded it; see the Problem of the API. */
export type Refused = {
  code: string;
  status: number;
  title: string;
  detail: string;
  kept?: string;
  todo?: string;
  retryAfter?: number;
};

/** The server answered with a refusal. */
export class CallRefused extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.detail);
    this.name = 'CallRefused';
    this.refused = refused;
  }
}

/** No answer came: no network, or the server is away. Nothing is known of what happened to the request. */
export class CallUnanswered extends Error {
  override name = 'CallUnanswered';
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Calls the API as the browser's own session. Throws `CallRefused` or `CallUnanswered`. */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CallUnanswered('no answer', { cause });
  });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
}

async function refusalOf(answer: Response): Promise<Error> {
  // A gateway in between answers in HTML when the server behind it is away.
  const words: unknown = await answer.json().catch(() => undefined);
  if (typeof words !== 'object' || words === null || !('detail' in words))
    return new CallUnanswered(`status ${answer.status}`);
  const retryAfter = Number(answer.headers.get('retry-after'));
  const type = 'type' in words && typeof words.type === 'string' ? words.type : '';
  return new CallRefused({
    ...(words as Omit<Refused, 'code'>),
    status: answer.status,
    code: type.split(':').at(-1) ?? '',
    ...(retryAfter > 0 ? { retryAfter } : {}),
  });
}
