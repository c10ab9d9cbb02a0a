import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createAccounts, prepareSetup, registerAccountsApi } from '#features/account/identity/server/index.ts';
import type { Account, Accounts, AccountsApiDeps } from '#features/account/identity/server/index.ts';
import type { Session } from '#kernel/session.ts';
import { createApi } from '#server/http/api.ts';
import type { Api } from '#server/http/api.ts';
import { Browser } from './browser.ts';
import { createDatabase } from './postgres.ts';
import type { TestDatabase } from './postgres.ts';

export const password = 'a few words in a row';

export type AccountsWorld = {
  url: string;
  app: Api;
  accounts: Accounts;
  database: TestDatabase;
  browser(origin?: string | null): Browser;
  /** A person with an account, signed in on a browser of their own. */
  buildPerson(name?: string): Promise<Person>;
  stop(): Promise<void>;
};

export type Person = { account: Account; browser: Browser; session: Session };

type Options = Partial<Omit<AccountsApiDeps, 'accounts' | 'log'>> & { trustProxy?: number; origin?: string };

/** The HTTP API with accounts and nothing else, on a free port and a database of its own. Ends with `stop`. */
export async function startAccounts({ trustProxy = 0, origin, ...deps }: Options = {}): Promise<AccountsWorld> {
  const log = pino({ level: 'silent' });
  const database = await createDatabase();
  const settings = {
    secret: 'a secret for tests, thirty-two characters and more',
    origin: origin ?? 'http://localhost',
    originGiven: origin !== undefined,
    trustProxy,
  };
  const accounts = await createAccounts({ settings, database, log });
  const { app, listener } = createApi({ settings, database, log, accounts });
  const firstCommunity = async () => ({ id: 'community', slug: 'community' });
  registerAccountsApi(app, { firstCommunity, ...deps, accounts, log });
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let people = 0;

  return {
    url,
    app,
    accounts,
    database,
    browser: (from) => new Browser(url, from),
    async buildPerson(name = `Person ${++people}`) {
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`;
      const account = await accounts.createUser({ name, email, password });
      const browser = new Browser(url);
      await browser.post('/api/auth/sign-in/email', { email, password });
      const session = await accounts.sessionOf(new Headers({ cookie: browser.cookies }));
      if (!session) throw new Error(`${name} could not sign in`);
      return { account, browser, session };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await accounts.close();
      await database.drop();
    },
  };
}

/** The one-time token of this start. */
export async function setupToken(accounts: Accounts): Promise<string> {
  const path = await prepareSetup(accounts);
  if (!path) throw new Error('this place has an operator already');
  return new URL(path, 'http://localhost').searchParams.get('token') ?? '';
}

/** What the set-up wizard sends, with anything replaced. */
export function buildSetup(overrides: Record<string, unknown> = {}) {
  return {
    name: 'Ines Carvalho',
    email: 'ines@example.org',
    password,
    community: { name: 'Listening Walks', slug: 'listening-walks', description: 'We walk and listen.' },
    sample: true,
    ...overrides,
  };
}
