import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'no network';

const ada = { account: { id: 'ada', name: 'Ada', email: 'ada@example.org', operator: false }, device: 'd-ada' };
const eve = { account: { id: 'eve', name: 'Eve', email: 'eve@example.org', operator: false }, device: 'd-eve' };
const refused = (status: number, code: string): Reply => ({
  status,
  body: { type: `urn:hearth:problem:${code}`, title: 't', status, detail: 'd' },
});

let storage: Map<string, string>;
let channels: { onmessage?: () => void; posted: unknown[] }[];
let replies: Record<string, Reply>;
let calls: { path: string; body: unknown }[];

beforeEach(() => {
  storage = new Map();
  channels = [];
  replies = {};
  calls = [];
  vi.resetModules();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
    removeItem: (key: string) => void storage.delete(key),
  });
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      posted: unknown[] = [];
      onmessage?: () => void;
      constructor() {
        channels.push(this);
      }
      addEventListener(_type: string, listener: () => void) {
        this.onmessage = listener;
      }
      postMessage(message: unknown) {
        this.posted.push(message);
        for (const other of channels) if (other !== this) other.onmessage?.();
      }
    },
  );
  vi.stubGlobal('fetch', async (path: string, { body }: RequestInit) => {
    calls.push({ path, body: typeof body === 'string' ? JSON.parse(body) : undefined });
    const reply = replies[path];
    if (!reply || reply === 'no network') throw new TypeError('Failed to fetch');
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
      status: reply.status,
      headers: reply.headers ?? {},
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A tab of its own: the module with its own state over the shared storage. */
async function openTab() {
  vi.resetModules();
  return (await import('./session.svelte.ts')).session;
}

describe('who is signed in on this device', () => {
  test('a later start without a network opens with the account of the last sign-in', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    await (await openTab()).signIn('ada@example.org', 'a few words in a row');
    replies = {};
    const later = await openTab();
    await later.check();
    expect(later.account).toMatchObject({ userId: 'ada', name: 'Ada', device: 'd-ada' });
    expect(later.state).toBe('in');
  });

  test('nothing that lets anybody in is stored where scripts can read it', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: { ...ada, session: { id: 's', kind: 'cookie' } } };
    await (await openTab()).signIn('ada@example.org', 'a few words in a row');
    expect([...storage.values()].join()).not.toMatch(/a few words|token|"s"/);
  });

  test('a session that ended keeps the account, and signing in again goes on with it', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    const session = await openTab();
    await session.signIn('ada@example.org', 'x');
    replies['/api/me'] = refused(401, 'not-signed-in');
    await session.check();
    expect(session.state).toBe('expired');
    expect(session.account?.userId).toBe('ada');
    await session.signIn('ada@example.org', 'x');
    expect(session.state).toBe('in');
  });

  test('a gateway’s error page or a database that is away does not sign anybody out', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    const session = await openTab();
    await session.signIn('ada@example.org', 'x');
    for (const reply of [
      refused(503, 'database-away'),
      { status: 502, body: 'bad gateway' },
      'no network',
    ] as Reply[]) {
      replies['/api/me'] = reply;
      await session.check();
      expect(session.state).toBe('in');
    }
  });

  test('other tabs follow a sign-in, an end and a sign-out', async () => {
    const [one, two] = [await openTab(), await openTab()];
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    await one.signIn('ada@example.org', 'x');
    expect(two.account?.userId).toBe('ada');
    two.expire();
    expect(one.state).toBe('expired');
    replies['/api/auth/sign-out'] = { status: 200, body: { done: true } };
    await one.signOut({ erase: false });
    expect(two.state).toBe('out');
  });

  test('signing out without a network leaves at once, and the session is ended when the server answers', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    const session = await openTab();
    await session.signIn('ada@example.org', 'x');
    await session.signOut({ erase: false });
    expect(session.account).toBeNull();

    // The server is back, and the cookie still names Ada: nobody may be signed in by it.
    replies['/api/me'] = { status: 200, body: ada };
    const later = await openTab();
    await later.check();
    expect(later.account).toBeNull();

    replies['/api/auth/sign-out'] = { status: 200, body: { done: true } };
    replies['/api/me'] = refused(401, 'not-signed-in');
    await later.check();
    expect(calls.filter(({ path }) => path === '/api/auth/sign-out').at(-1)?.body).toEqual({ forget: false });
    expect(storage.size).toBe(0);
  });

  test('erasing erases the account that leaves and tells the server to forget the device', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    replies['/api/auth/sign-out'] = { status: 200, body: { done: true } };
    const session = await openTab();
    const eraseAccount = vi.fn(async () => undefined);
    session.erasesWith(eraseAccount);
    await session.signIn('ada@example.org', 'x');
    await session.signOut({ erase: true });
    expect(eraseAccount).toHaveBeenCalledExactlyOnceWith('ada');
    expect(calls.at(-1)).toEqual({ path: '/api/auth/sign-out', body: { forget: true } });
    expect(session.account).toBeNull();
  });

  test('an erasing that fails says so, and the account has left all the same', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    replies['/api/auth/sign-out'] = { status: 200, body: { done: true } };
    const session = await openTab();
    session.erasesWith(async () => {
      throw new Error('the copy is in use');
    });
    await session.signIn('ada@example.org', 'x');
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    expect(await session.signOut({ erase: true })).toEqual({ erased: false });
    expect(reported).toHaveBeenCalledOnce();
    expect(session.account).toBeNull();
    expect(calls.at(-1)?.path).toBe('/api/auth/sign-out');
  });

  test('another account signing in after an offline sign-out is not signed out by it', async () => {
    replies['/api/auth/sign-in/email'] = { status: 200, body: ada };
    const session = await openTab();
    await session.signIn('ada@example.org', 'x');
    await session.signOut({ erase: false });
    replies['/api/auth/sign-in/email'] = { status: 200, body: eve };
    await session.signIn('eve@example.org', 'x');
    replies['/api/me'] = { status: 200, body: eve };
    calls = [];
    await session.check();
    expect(session.account?.userId).toBe('eve');
    expect(calls.map(({ path }) => path)).toEqual(['/api/me']);
  });

  test('signing up with an address that has an account says what to do, without saying that it has one', async () => {
    replies['/api/auth/sign-up/email'] = { status: 200, body: { done: true } };
    replies['/api/auth/sign-in/email'] = refused(401, 'wrong-password');
    const session = await openTab();
    await expect(session.signUp({ name: 'Ada', email: 'ada@example.org', password: 'x' })).rejects.toMatchObject({
      refused: { code: 'address-known' },
    });
    expect(session.account).toBeNull();
  });

  test.each(['{', 'null', '{"account":{},"state":"in"}', '{"account":{"userId":1},"state":"in"}'])(
    'a damaged note of it is nobody: %s',
    async (text) => {
      storage.set('hearth-session', text);
      expect((await openTab()).state).toBe('out');
    },
  );
});
