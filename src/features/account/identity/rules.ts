/** What both sides ask of an account's fields, so that a form warns before the server refuses. */

export const passwordLength = { min: 10, max: 128 } as const;
export const nameLength = { min: 1, max: 60 } as const;

export type FieldProblem = 'empty' | 'short' | 'long' | 'shape';

export function nameProblem(name: string): FieldProblem | undefined {
  const plain = name.trim();
  if (plain.length < nameLength.min) return 'empty';
  if (plain.length > nameLength.max) return 'long';
  if (hasUnseen(plain)) return 'shape';
  return undefined;
}

/**
 * What the accounts' library takes for an address, and no more: an account made with another one could never be signed in
 * to. Without names of a machine alone, and without letters beyond ASCII.
 */
const ADDRESS = /^(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

export function emailProblem(email: string): FieldProblem | undefined {
  const plain = email.trim();
  if (plain === '') return 'empty';
  if (plain.length > 254) return 'long';
  if (!ADDRESS.test(plain)) return 'shape';
  return undefined;
}

export function passwordProblem(password: string): FieldProblem | undefined {
  if (password === '') return 'empty';
  if (password.length < passwordLength.min) return 'short';
  if (password.length > passwordLength.max) return 'long';
  return undefined;
}

/** Control characters, and marks that turn the direction of what follows: a name made of them can pose as another. */
function hasUnseen(text: string): boolean {
  return /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);
}
