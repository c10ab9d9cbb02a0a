/** No answer came: the network, or the server, is away. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** The session ended, or belongs to another account. */
export class SessionEnded extends Error {
  override name = 'SessionEnded';
}

/** The server answered that it cannot, or will not, now. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;

  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** A request of our own origin with its cookie. Throws `Unreachable`, `SessionEnded` or `Refused`. */
export async function request(path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: 'same-origin',
      cache: 'no-store',
      ...(signal ? { signal } : {}),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new Unreachable(path, { cause: error });
  }
  if (response.status === 401 || response.status === 409) throw new SessionEnded(path);
  if (!response.ok) throw new Refused(response.status);
  return response;
}

/** The body of an answer; a connection that breaks inside it is as good as none. */
export async function bytesOf(response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Unreachable(response.url, { cause: error });
  }
}
