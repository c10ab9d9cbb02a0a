/** The account of the last sign-in on this device: enough to open the app with, nothing that lets anybody in. */
export type KnownAccount = {
  userId: string;
  name: string;
  email: string;
  /** The device id that commands of this account on this browser carry. */
  device: string;
  operator: boolean;
  /** Milliseconds since 1970, this device's clock. */
  signedInAt: number;
};

/** `in`: as far as this device knows. `expired`: the server says the session ended; everything local stays. */
export type Kept = { account: KnownAccount; state: 'in' | 'expired' };

export type KeptStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const key = 'hearth-session';
/** An account that signed out while the server was out of reach: its cookie still has to be ended. */
const leavingKey = 'hearth-signing-out';

export function readKept(store: KeptStore): Kept | null {
  const text = store.getItem(key);
  if (!text) return null;
  try {
    const kept: unknown = JSON.parse(text);
    return isKept(kept) ? kept : null;
  } catch {
    // Half-written or edited by hand: the same as nobody signed in here.
    return null;
  }
}

export function writeKept(store: KeptStore, kept: Kept | null): void {
  if (kept) store.setItem(key, JSON.stringify(kept));
  else store.removeItem(key);
}

export function isLeaving(store: KeptStore): { forget: boolean } | null {
  const text = store.getItem(leavingKey);
  return text === null ? null : { forget: text === 'forget' };
}

export function writeLeaving(store: KeptStore, leaving: { forget: boolean } | null): void {
  if (leaving) store.setItem(leavingKey, leaving.forget ? 'forget' : 'keep');
  else store.removeItem(leavingKey);
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null || !('account' in value) || !('state' in value)) return false;
  const { account, state } = value;
  if (state !== 'in' && state !== 'expired') return false;
  if (typeof account !== 'object' || account === null) return false;
  return ['userId', 'name', 'email', 'device'].every((field) => typeof Reflect.get(account, field) === 'string');
}
