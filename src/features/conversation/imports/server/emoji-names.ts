import data from 'emoji-picker-element-data/en/iamcal/data.json' with { type: 'json' };
import { emoji, qualified } from '../../reactions/index.ts';

interface NamedEmoji {
  emoji: string;
  shortcodes?: string[];
  skins?: { emoji: string; tone: number | number[] }[];
}

const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u;
const TONE = /^(.+?)::skin-tone-([2-6])$/;
const schema = emoji();

const named = new Map<string, NamedEmoji>();
for (const entry of data as NamedEmoji[]) {
  for (const code of entry.shortcodes ?? []) named.set(code, entry);
}
/** Names that older exports use and the list has dropped. */
for (const [old, current] of [
  ['simple_smile', 'slightly_smiling_face'],
  ['thumbsup_all', '+1'],
] as const) {
  const entry = named.get(current);
  if (entry) named.set(old, entry);
}

/** The emoji of a name without colons (`+1`, `clap::skin-tone-3`), or of the emoji itself; undefined for others' own pictures. */
export function emojiOf(name: string): string | undefined {
  const [, plain = name, tone] = TONE.exec(name) ?? [];
  const entry = named.get(plain);
  if (entry) {
    // The names count tones from 2 as Unicode's palette does, the list from 1.
    return qualified(entry.skins?.find((skin) => skin.tone === Number(tone) - 1)?.emoji ?? entry.emoji);
  }
  return PICTURE.test(name) && schema.safeParse(name).success ? qualified(name) : undefined;
}
