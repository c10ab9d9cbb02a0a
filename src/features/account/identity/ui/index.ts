export { call, CallRefused, CallUnanswered } from '../call.ts';
export type { KnownAccount } from '../known-account.ts';
export { entryAddress, safeNext } from '../address.ts';
export { session } from '../session.svelte.ts';
export { default as ExpiredBanner } from './ExpiredBanner.svelte';
export { default as NameSection } from './NameSection.svelte';
export { default as PasswordField } from './PasswordField.svelte';
export { default as SignOutDialog } from './SignOutDialog.svelte';
export { failureWords, newPasswordWords } from './words.ts';
