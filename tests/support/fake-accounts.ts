import { ulid } from '#kernel/ids.ts';
import type { Session } from '#kernel/session.ts';

export interface FakeAccount {
  id: string;
  name: string;
  email: string;
  picture: string | null;
  operator: boolean;
  createdAt: Date;
  device: string;
  token: string;
}

/** People who can speak, without passwords: what the sync core asks of accounts, in memory. */
export class FakeAccounts {
  private readonly byId = new Map<string, FakeAccount>();
  private readonly ended = new Set<(sessionId: string) => void>();
  private readonly revoked = new Set<string>();

  add(name: string, { operator = false }: { operator?: boolean } = {}): FakeAccount {
    const id = ulid();
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`;
    const account: FakeAccount = {
      id,
      name,
      email,
      picture: null,
      operator,
      createdAt: new Date(),
      device: `device-${id}`,
      token: `token-${id}`,
    };
    this.byId.set(id, account);
    return account;
  }

  /** `Bearer token-ID` or the cookie `session=ID`; `ID~n` is another device of the same person. */
  readonly sessionOf = async (headers: Headers): Promise<Session | null> => {
    const authorization = headers.get('authorization');
    const bearer = /^Bearer token-(\w+)(~\w+)?$/.exec(authorization ?? '');
    const cookie = /(?:^|;\s*)session=(\w+)(~\w+)?(?:;|$)/.exec(authorization ? '' : (headers.get('cookie') ?? ''));
    const [, user = '', further = ''] = bearer ?? cookie ?? [];
    const account = this.byId.get(user);
    const id = `${bearer ? 'token' : 'cookie'}-${user}${further}`;
    if (!account || this.revoked.has(id)) return null;
    const expiresAt = new Date(Date.now() + 86_400_000);
    return { id, userId: user, device: account.device + further, kind: bearer ? 'token' : 'cookie', expiresAt };
  };

  readonly userOf = async (id: string): Promise<FakeAccount | null> => this.byId.get(id) ?? null;

  readonly onSessionEnded = (listener: (sessionId: string) => void): (() => void) => {
    this.ended.add(listener);
    return () => this.ended.delete(listener);
  };

  /** Ends everything a person has open. */
  endSession(account: FakeAccount): void {
    for (const listener of this.ended) listener(account.token);
  }

  /** Revokes one session by its id; it cannot come back. */
  revoke(sessionId: string): void {
    this.revoked.add(sessionId);
    for (const listener of this.ended) listener(sessionId);
  }
}
