import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { ApiEnv } from '#kernel/api.ts';
import type { Accounts } from './accounts.ts';
import { registerEntry } from './entry-api.ts';
import { defaultLimits, EntryLimits } from './limits.ts';
import type { LimitFigures } from './limits.ts';
import { registerMe } from './me-api.ts';
import { registerSessions } from './sessions-api.ts';
import { registerSetup } from './setup-api.ts';
import type { MakeFirstCommunity } from './setup-api.ts';
import { registerTokens } from './tokens-api.ts';

export type AccountsApiDeps = {
  accounts: Accounts;
  log: Logger;
  firstCommunity: MakeFirstCommunity;
  onPersonRenamed?: (userId: string, name: string) => Promise<void> | void;
  /** Whether an invite code lets somebody make an account while signing up is closed. */
  inviteIsValid?: (code: string) => Promise<boolean> | boolean;
  limits?: Partial<LimitFigures>;
};

/** Everything about getting in: set-up, signing in and up, oneself, sessions, tokens. */
export function registerAccountsApi(app: OpenAPIHono<ApiEnv>, deps: AccountsApiDeps): void {
  const { accounts, log, firstCommunity, inviteIsValid, onPersonRenamed } = deps;
  const limits = new EntryLimits({ ...defaultLimits, ...deps.limits });
  registerSetup(app, { accounts, limits, firstCommunity, log });
  registerEntry(app, { accounts, limits, inviteIsValid });
  registerMe(app, { accounts, limits, onPersonRenamed });
  registerSessions(app, { accounts });
  registerTokens(app, { accounts });
}
