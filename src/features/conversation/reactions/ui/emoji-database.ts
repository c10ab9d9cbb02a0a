import Database from 'emoji-picker-element/database';
import dataSource from 'emoji-picker-element-data/en/emojibase/data.json?url';
import { qualified } from '../emoji-spelling.ts';

export interface NamedEmoji {
  emoji: string;
  name: string;
}

/** The groups of the emoji data in their order; 2 is skin tones and hair, which nobody picks alone. */
export const groups = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;
export type EmojiGroup = (typeof groups)[number];

/**
 * The library's database with our own grid over it: its element brings inline styles, which the page's policy refuses.
 * The data comes from this place, never from elsewhere.
 */
const database = new Database({ dataSource, locale: 'en' });

type Found = Awaited<ReturnType<typeof database.getEmojiBySearchQuery>>;

const named = (found: Found): NamedEmoji[] =>
  found.flatMap((emoji) =>
    'unicode' in emoji && 'annotation' in emoji ? [{ emoji: qualified(emoji.unicode), name: emoji.annotation }] : [],
  );

/** The emoji of a group. Throws when the data is neither here nor to be had. */
export const emojiOf = async (group: EmojiGroup): Promise<NamedEmoji[]> => named(await database.getEmojiByGroup(group));

/** Emoji by their names, from two letters on. */
export const findEmoji = async (words: string): Promise<NamedEmoji[]> =>
  named(await database.getEmojiBySearchQuery(words));
