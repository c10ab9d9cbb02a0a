import { createHmac, randomBytes } from 'node:crypto';
import { ulidFrom } from '#kernel/ids.ts';

export const deviceCookie = 'hearth.device';

/** What a browser keeps to be recognised as the same device; means nothing without the account it is used with. */
export function newDeviceSeed(): string {
  return randomBytes(24).toString('base64url');
}

export function isDeviceSeed(value: string | undefined): value is string {
  return value !== undefined && /^[A-Za-z0-9_-]{32}$/.test(value);
}

/**
 * The device id of one account on one browser. Made of both and a secret: signing in again gives the same id (commands
 * waiting from before keep it), two accounts of one browser share none, and nobody can ask for another person's id.
 */
export function deviceOf(seed: string, userId: string, secret: string): string {
  return ulidFrom(createHmac('sha256', secret).update(`device\0${seed}\0${userId}`).digest(), 0);
}
