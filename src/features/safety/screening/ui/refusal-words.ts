import type { Refusal } from '#kernel/refusals.ts';
import * as m from '#paraglide/messages.js';

/** What the screen withheld, by the detail its rule gives. */
const screened: Record<string, () => string> = {
  phone: m.screening_screened_phone,
  email: m.screening_screened_email,
  card: m.screening_screened_card,
  link: m.screening_screened_link,
  words: m.screening_screened_words,
  repeat: m.screening_screened_repeat,
};

const words: Record<Refusal['code'], (detail: string | undefined) => string> = {
  unavailable: () => m.screening_refused_unavailable(),
  not_allowed: () => m.screening_refused_not_allowed(),
  rank: () => m.screening_refused_rank(),
  owner: () => m.screening_refused_owner(),
  self: () => m.screening_refused_self(),
  banned: () => m.screening_refused_banned(),
  muted: () => m.screening_refused_muted(),
  archived: () => m.screening_refused_archived(),
  gone: () => m.screening_refused_gone(),
  not_yours: () => m.screening_refused_not_yours(),
  taken: () => m.screening_refused_taken(),
  malformed: () => m.screening_refused_malformed(),
  too_large: () => m.screening_refused_too_large(),
  screened: (detail) => (screened[detail ?? ''] ?? m.screening_screened_other)(),
  dependency: () => m.screening_refused_dependency(),
  expired: () => m.screening_refused_expired(),
  account: () => m.screening_refused_account(),
  unknown_command: () => m.screening_refused_unknown_command(),
  update: () => m.screening_refused_update(),
  storage: () => m.screening_refused_storage(),
  depth: () => m.screening_refused_depth(),
};

/** Why something was not accepted and what to do about it, in one or two sentences. Say before it what happened: `refusalTitle`. */
export function refusalWords({ code, detail }: Refusal): string {
  return (words[code] ?? words.malformed)(detail);
}

/** What did not happen, in two words, by the command's name. */
export function refusalTitle(command: string): string {
  if (command === 'message.post') return m.screening_not_posted();
  if (command === 'message.edit') return m.screening_not_changed();
  if (command === 'message.delete') return m.screening_not_deleted();
  if (command.startsWith('reaction.')) return m.screening_not_reacted();
  return m.screening_not_done();
}

/** The short form for a greyed verb: why one may not, in a few words. */
export function refusalHint({ code }: Refusal): string {
  const short: Partial<Record<Refusal['code'], () => string>> = {
    rank: m.screening_hint_rank,
    owner: m.screening_hint_owner,
    self: m.screening_hint_self,
    not_allowed: m.screening_hint_not_allowed,
    archived: m.screening_hint_archived,
  };
  return (short[code] ?? m.screening_hint_not_now)();
}
