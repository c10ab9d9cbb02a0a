import * as m from '#paraglide/messages.js';
import { CallRefused, CallUnanswered } from '../call.ts';
import { emailProblem, nameLength, nameProblem, passwordLength, passwordProblem } from '../rules.ts';

export function nameWords(name: string): string | undefined {
  const problem = nameProblem(name);
  if (!problem) return undefined;
  if (problem === 'long') return m.identity_name_long({ max: nameLength.max });
  return problem === 'shape' ? m.identity_name_shape() : m.identity_name_empty();
}

export function emailWords(email: string): string | undefined {
  const problem = emailProblem(email);
  if (!problem) return undefined;
  return problem === 'empty' ? m.identity_email_empty() : m.identity_email_shape();
}

/** For a password being chosen; one being asked for is only looked at for being there. */
export function newPasswordWords(password: string): string | undefined {
  const problem = passwordProblem(password);
  if (!problem) return undefined;
  if (problem === 'empty') return m.identity_password_empty();
  if (problem === 'long') return m.identity_password_long({ max: passwordLength.max });
  return m.identity_password_short({ min: passwordLength.min });
}

/** What to tell a person about a call that failed: our own words for what we know, the server's for the rest. */
export function failureWords(error: unknown): string {
  if (error instanceof CallUnanswered) return m.identity_unanswered();
  if (!(error instanceof CallRefused)) throw error;
  const { code, detail, todo, retryAfter = 60 } = error.refused;
  if (code === 'wrong-password') return m.identity_wrong_password();
  if (code === 'address-known') return m.identity_address_known();
  if (code === 'foreign-origin') return m.identity_foreign_origin();
  if (code === 'sign-up-closed') return m.identity_by_invite();
  if (code === 'too-often') return m.identity_too_often({ minutes: Math.ceil(retryAfter / 60) });
  return [detail, todo].filter(Boolean).join(' ');
}
