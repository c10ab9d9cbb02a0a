/** What came back: the body read as JSON, or null when there was none. */
export type Answer = { status: number; headers: Headers; body: unknown };

type Extra = { headers?: Record<string, string>; raw?: string };

/**
 * As much of a browser as the API sees: it keeps cookies and says which page a request comes from. Every `Browser` is a
 * device of its own.
 */
export class Browser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();
  readonly #origin: string | undefined;

  /** @param origin of the page it is on; this place's own when absent, none at all when null */
  constructor(url: string, origin?: string | null) {
    this.#url = url;
    this.#origin = origin === null ? undefined : (origin ?? url);
  }

  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string, extra?: Extra): Promise<Answer> {
    return this.send('GET', path, undefined, extra);
  }

  post(path: string, body: unknown, extra?: Extra): Promise<Answer> {
    return this.send('POST', path, body, extra);
  }

  async send(method: string, path: string, body?: unknown, { headers = {}, raw }: Extra = {}): Promise<Answer> {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        ...(this.#cookies.size > 0 ? { cookie: this.cookies } : {}),
        ...(this.#origin && method !== 'GET' ? { origin: this.#origin } : {}),
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    const read = await answer.text();
    return { status: answer.status, headers: answer.headers, body: read === '' ? null : JSON.parse(read) };
  }

  /** Another browser with the same cookies: a second tab, or a thief's. */
  copy(origin?: string | null): Browser {
    const twin = new Browser(this.#url, origin);
    for (const [name, value] of this.#cookies) twin.#cookies.set(name, value);
    return twin;
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(at + 1));
  }
}
