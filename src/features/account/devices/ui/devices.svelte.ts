import { call, CallRefused, CallUnanswered } from '#features/account/identity/ui/index.ts';

export type DeviceSession = {
  id: string;
  current: boolean;
  device: string;
  browser?: string;
  system?: string;
  address: string | null;
  signedInAt: string;
  seenAt: string;
};

export type Token = { id: string; name: string; createdAt: string; expiresAt: string; usedAt: string | null };

export type MadeToken = { id: string; name: string; secret: string; expiresAt: string };

/** Sessions and tokens of the account, as the server has them: nothing of this is kept on the device. */
export class Devices {
  state = $state<'loading' | 'ready' | 'unreachable'>('loading');
  sessions = $state.raw<DeviceSession[]>([]);
  tokens = $state.raw<Token[]>([]);
  readonly others = $derived(this.sessions.filter((session) => !session.current).length);

  /** Fetches both lists; what was shown stays until they are there. */
  async load(): Promise<void> {
    try {
      const [sessions, tokens] = await Promise.all([
        call<{ sessions: DeviceSession[] }>('GET', '/api/sessions'),
        call<{ tokens: Token[] }>('GET', '/api/tokens'),
      ]);
      this.sessions = sessions.sessions;
      this.tokens = tokens.tokens;
      this.state = 'ready';
    } catch (error) {
      if (!(error instanceof CallUnanswered) && !(error instanceof CallRefused)) throw error;
      this.state = 'unreachable';
    }
  }

  async end(id: string): Promise<void> {
    await call('DELETE', `/api/sessions/${encodeURIComponent(id)}`);
    await this.load();
  }

  /** @returns how many ended */
  async endOthers(): Promise<number> {
    const { ended } = await call<{ ended: number }>('POST', '/api/sessions/revoke-others');
    await this.load();
    return ended;
  }

  async makeToken(name: string, days: number): Promise<MadeToken> {
    const made = await call<MadeToken>('POST', '/api/tokens', { name, days });
    await this.load();
    return made;
  }

  async revoke(id: string): Promise<void> {
    await call('DELETE', `/api/tokens/${encodeURIComponent(id)}`);
    await this.load();
  }
}

/** With `endOthers` every other session and every token ends with the old one. */
export async function changePassword(current: string, next: string, endOthers: boolean): Promise<void> {
  await call('POST', '/api/me/password', { current, next, endOthers });
}
