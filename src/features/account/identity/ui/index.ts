export { call, CallRefused, CallUnanswered } from '../call.ts';
export type { KnownAccount } from '../known-account.ts';
export { safeNext } from '../address.ts';
export { session } from '../session.svelte.ts';
export { failureWords } from './words.ts';
