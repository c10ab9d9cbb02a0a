import { call, CallRefused, CallUnanswered } from './call.ts';
import { isLeaving, readKept, writeKept, writeLeaving } from './known-account.ts';
import type { Kept, KnownAccount } from './known-account.ts';

export type SignedIn = {
  account: { id: string; name: string; email: string; operator: boolean };
  device: string;
};

type NewPerson = { name: string; email: string; password: string; invite?: string };

let kept = $state.raw<Kept | null>(typeof localStorage === 'undefined' ? null : readKept(localStorage));
let erase: ((userId: string) => Promise<void>) | undefined;
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('hearth-session');

// What another tab wrote is read again, not taken from its message: storage has the last word.
tabs?.addEventListener('message', () => (kept = readKept(localStorage)));

function keep(next: Kept | null): void {
  kept = next;
  writeKept(localStorage, next);
  tabs?.postMessage('changed');
}

function keepSignedIn({ account, device }: SignedIn): KnownAccount {
  const known: KnownAccount = {
    userId: account.id,
    name: account.name,
    email: account.email,
    device,
    operator: account.operator,
    signedInAt: kept?.account.userId === account.id ? kept.account.signedInAt : Date.now(),
  };
  keep({ account: known, state: 'in' });
  return known;
}

/** False when the copy is still there: the browser or another tab holds on to it. */
async function triedToErase(userId: string): Promise<boolean> {
  try {
    await erase?.(userId);
    return true;
  } catch (error) {
    reportError(error);
    return false;
  }
}

/** Who is signed in on this device. Reactive: components that read it follow, in every tab. */
export const session = {
  /** Also while the session has expired: the app opens with it, reading and writing go on, only sending waits. */
  get account(): KnownAccount | null {
    return kept?.account ?? null;
  },
  get state(): 'in' | 'expired' | 'out' {
    return kept?.state ?? 'out';
  },

  async signIn(email: string, password: string): Promise<KnownAccount> {
    const answer = await call<SignedIn>('POST', '/api/auth/sign-in/email', { email, password });
    // The cookie of whoever left without a network has just been replaced, and its session ended with it.
    writeLeaving(localStorage, null);
    return keepSignedIn({ ...answer });
  },

  /** Makes an account and signs it in. Refused with `address-known` when the address has an account with another password. */
  async signUp(person: NewPerson): Promise<KnownAccount> {
    await call('POST', '/api/auth/sign-up/email', person);
    try {
      return await session.signIn(person.email, person.password);
    } catch (error) {
      if (error instanceof CallRefused && error.refused.code === 'wrong-password') {
        throw new CallRefused({ ...error.refused, code: 'address-known' });
      }
      throw error;
    }
  },

  /** Takes on an account that some other answer signed in (set-up). */
  takeOn(answer: SignedIn): KnownAccount {
    writeLeaving(localStorage, null);
    return keepSignedIn(answer);
  },

  /** Asks the server, where it can be reached, whether whoever is signed in here still is. Never throws for want of a network. */
  async check(): Promise<void> {
    await session.finishLeaving();
    // Still leaving: the cookie is good for an answer, but who it names has left this device.
    if (!kept || isLeaving(localStorage)) return;
    try {
      keepSignedIn(await call<SignedIn>('GET', '/api/me'));
    } catch (error) {
      if (error instanceof CallRefused && error.refused.status === 401) session.expire();
      else if (!(error instanceof CallUnanswered) && !(error instanceof CallRefused)) throw error;
    }
  },

  /** The server said that the session ended: what waits is kept until somebody signs in again. */
  expire(): void {
    if (kept?.state === 'in') keep({ ...kept, state: 'expired' });
  },

  async rename(name: string): Promise<void> {
    const account = await call<SignedIn['account']>('PATCH', '/api/me', { name });
    if (kept?.account.userId === account.id) keep({ ...kept, account: { ...kept.account, name: account.name } });
  },

  /** How a device's copy of an account is erased; set once by whoever keeps the copies. */
  erasesWith(eraseAccount: (userId: string) => Promise<void>): void {
    erase = eraseAccount;
  },

  /**
   * Leaves this device, also offline. The cookie is out of reach of scripts, so without a network its end is
   * noted and asked for as soon as the server answers. With `erase` everything kept for the account goes as well;
   * where it could not, `erased` is false and the person is told.
   */
  async signOut(options: { erase: boolean }): Promise<{ erased: boolean }> {
    const leaving = kept?.account.userId;
    // While the account is still this device's: whoever keeps the copy must not be closing it at the same time.
    const erased = !options.erase || !leaving || (await triedToErase(leaving));
    writeLeaving(localStorage, { forget: options.erase });
    keep(null);
    await session.finishLeaving();
    return { erased };
  },

  /** Ends a session that was left while the server was away. Quiet when it still is. */
  async finishLeaving(): Promise<void> {
    const leaving = isLeaving(localStorage);
    if (!leaving) return;
    try {
      await call('POST', '/api/auth/sign-out', { forget: leaving.forget });
      writeLeaving(localStorage, null);
    } catch (error) {
      if (!(error instanceof CallUnanswered) && !(error instanceof CallRefused)) throw error;
    }
  },
};
