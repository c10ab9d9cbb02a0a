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

  readonly sessionOf = async (headers: Headers): Promise<Session | null> => {
    const token = headers.get('authorization')?.replace(/^Bearer token-/, '') ?? '';
    const account = this.byId.get(token);
    if (!account) return null;
    const expiresAt = new Date(Date.now() + 86_400_000);
    return { id: account.token, userId: account.id, device: account.device, kind: 'token', expiresAt };
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
}
