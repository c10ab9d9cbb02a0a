import { MAX_BODY } from '../../messages/index.ts';
import type { ImportedMessage } from '../imports.commands.ts';
import { emojiOf } from './emoji-names.ts';
import { nobody, type ImportIds } from './import-ids.ts';
import type { SourceMessage, SourcePerson, SourceReaction } from './items.ts';
import type { ImportNotes } from './notes.ts';
import type { RecentMessages } from './recent-messages.ts';
import { cutText, oneLine, storable } from './tidy.ts';

export interface ImportPerson {
  id: string;
  name: string;
}

/** A source's message as the command takes it, in several parts when it is long, with everybody who appears in it. */
export interface PreparedMessage {
  parts: ImportedMessage[];
  /** Its author first. */
  people: ImportPerson[];
}

export interface Preparing {
  ids: ImportIds;
  notes: ImportNotes;
  recent: RecentMessages;
}

/** On one message, as the command takes them. */
const EMOJI_PER_MESSAGE = 50;
const REACTIONS_PER_MESSAGE = 1000;
const NAME = 80;

/** Null for what is not taken; what was changed on the way stands in the notes. */
export function prepareMessage(item: SourceMessage, { ids, notes, recent }: Preparing): PreparedMessage | null {
  const body = storable(item.body);
  if (body !== item.body) notes.add('replaced', item.where);
  const texts = cutText(body.replace(/^\s*\n/, '').trimEnd(), MAX_BODY);
  if (texts.length === 0) {
    notes.add('empty');
    return null;
  }
  if (recent.at(item.channel, item.key) !== undefined) {
    notes.add('double', item.where);
    return null;
  }
  if (texts.length > 1) notes.add('cut', item.where);

  const by = personOf(item.by, ids);
  const reply = replyOf(item, { ids, notes, recent });
  const reactions = prepareReactions(item, ids, notes);
  recent.remember(item.channel, item.key, item.at);
  return {
    parts: texts.map((text, part) => ({
      id: ids.message(item.channel, item.key, part, item.at),
      by: by.id,
      at: item.at,
      body: text,
      ...(item.editedAt === undefined ? {} : { editedAt: item.editedAt }),
      ...(part === 0 && reply ? { reply } : {}),
      ...(part === texts.length - 1 && reactions.given.length > 0 ? { reactions: reactions.given } : {}),
    })),
    people: [by, ...reactions.people],
  };
}

function replyOf({ channel, reply, where }: SourceMessage, { ids, notes, recent }: Preparing): string | undefined {
  if (reply === undefined) return undefined;
  const at = recent.at(channel, reply);
  if (at !== undefined) return ids.message(channel, reply, 0, at);
  notes.add('reply', where);
  return undefined;
}

function prepareReactions(item: SourceMessage, ids: ImportIds, notes: ImportNotes) {
  const merged = mergeByEmoji(item.reactions ?? [], item.where, notes);
  const people = new Map<string, ImportPerson>();
  const given: { emoji: string; by: string[] }[] = [];
  let left = REACTIONS_PER_MESSAGE;
  for (const [emoji, { named, unnamed }] of merged) {
    const by = [...named].map(([key, name]) => personOf({ key, name }, ids));
    const all = [...by.map(({ id }) => id), ...Array.from({ length: Math.min(unnamed, left) }, (_, n) => nobody(n))];
    const total = named.size + unnamed;
    const taken = given.length < EMOJI_PER_MESSAGE ? all.slice(0, left) : [];
    if (taken.length < total) notes.add('many_reactions', item.where, total - taken.length);
    if (unnamed > 0) notes.add('unnamed', undefined, Math.max(0, taken.length - by.length));
    if (taken.length === 0) continue;
    left -= taken.length;
    given.push({ emoji, by: taken });
    for (const person of by) people.set(person.id, person);
  }
  return { given, people: [...people.values()] };
}

type Givers = { named: Map<string, string>; unnamed: number };

/** Two names of one emoji are one reaction. */
function mergeByEmoji(reactions: SourceReaction[], where: string, notes: ImportNotes): Map<string, Givers> {
  const merged = new Map<string, Givers>();
  for (const { emoji: name, people, unnamed } of reactions) {
    const emoji = emojiOf(name);
    if (!emoji) {
      notes.add('custom_emoji', `${where}: ${oneLine(name, 40, 'without a name')}`, people.length + unnamed);
      continue;
    }
    const givers = merged.get(emoji) ?? { named: new Map<string, string>(), unnamed: 0 };
    for (const person of people) givers.named.set(person.key, person.name);
    givers.unnamed += unnamed;
    merged.set(emoji, givers);
  }
  return merged;
}

function personOf({ key, name }: SourcePerson, ids: ImportIds): ImportPerson {
  return { id: ids.person(key), name: oneLine(name, NAME, oneLine(key, NAME, 'Unnamed')) };
}
