import { call, CallRefused, CallUnanswered } from '../call.ts';

export type PlaceState = { needed: boolean; signUp: 'open' | 'invite' };

/** Whether this place is set up and may be signed up to; undefined while nobody can say. */
export async function placeState(): Promise<PlaceState | undefined> {
  try {
    return await call<PlaceState>('GET', '/api/setup');
  } catch (error) {
    if (error instanceof CallUnanswered || error instanceof CallRefused) return undefined;
    throw error;
  }
}
