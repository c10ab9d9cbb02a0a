export { createAccounts } from './accounts.ts';
export type { Account, Accounts, AccountsDeps, NewAccount } from './accounts.ts';
export { registerAccountsApi } from './api.ts';
export type { AccountsApiDeps } from './api.ts';
export { readInstance, writeInstance } from './instance.ts';
export { resetPassword } from './reset-password.ts';
export { prepareSetup } from './setup.ts';
export type { FirstCommunity, MakeFirstCommunity } from './setup-api.ts';
