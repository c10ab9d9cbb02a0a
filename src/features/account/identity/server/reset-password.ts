import type { Accounts } from './accounts.ts';
import { endAllAccess } from './sessions.ts';

/**
 * Gives an account a new password and ends all of its sessions and tokens: whoever knew the old one is out within a second.
 * For the operator at the machine; nobody proves anything here.
 * @returns false when nobody has this address
 */
export async function resetPassword(accounts: Accounts, email: string, password: string): Promise<boolean> {
  const { internalAdapter, password: passwords } = await accounts.auth.$context;
  const found = await internalAdapter.findUserByEmail(email.trim().toLowerCase());
  if (!found) return false;
  await internalAdapter.updatePassword(found.user.id, await passwords.hash(password));
  await endAllAccess(accounts, found.user.id);
  return true;
}
