/**
 * Why a command was not accepted, as a code the interface has words for.
 * `unavailable` is the one answer for forbidden, missing, unknown and expired places: it must not tell them apart.
 */
export const REFUSALS = [
  'unavailable', // the place is gone, or was never there, or is closed to this person
  'not_allowed', // the person sees the place but may not do this
  'rank', // acts on an equal or higher role
  'owner', // acts on the owner
  'self', // acts on themselves
  'banned',
  'muted',
  'archived',
  'gone', // the record the command is about was deleted
  'not_yours', // only its author may change it
  'taken', // the id or the name is used already
  'malformed',
  'too_large',
  'screened', // withheld by screening
  'dependency', // a command this one depends on was refused
  'expired', // written too long ago to be told from one already applied
  'account', // belongs to another account than the session's
  'unknown_command', // the app is newer than the server
  'update', // the app is older than the server can serve
  'storage', // the database refused this one
  'depth', // a chain of automatic answers
] as const;

export type RefusalCode = (typeof REFUSALS)[number];

/** The detail of `unknown_command` when the server may know the command after an upgrade. */
export const NEWER = 'newer';

export interface Refusal {
  code: RefusalCode;
  /** A detail for the words: a limit, a field's name, the rule that was hit. Never a text of somebody else. */
  detail?: string;
}

export const refuse = (code: RefusalCode, detail?: string): Refusal =>
  detail === undefined ? { code } : { code, detail };

/** Undefined is a yes. */
export type Verdict = Refusal | undefined;
