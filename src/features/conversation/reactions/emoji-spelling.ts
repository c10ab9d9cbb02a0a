const SELECTOR = '\uFE0F';
const TEXT_BY_DEFAULT = /^(?=\p{Emoji})(?!\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Emoji_Modifier})./u;

/**
 * The one spelling Unicode calls fully qualified: U+FE0F exactly where a sign would be text without it. Sources add or
 * drop it at will, and two spellings of one emoji would be two reactions.
 */
export function qualified(emoji: string): string {
  const points = [...emoji].filter((point) => point !== SELECTOR);
  return points
    .map((point, index) => {
      const next = points[index + 1];
      const isToned = next !== undefined && /\p{Emoji_Modifier}/u.test(next);
      const isPlainKey = /[\d#*]/.test(point) && next !== '\u20E3';
      return TEXT_BY_DEFAULT.test(point) && !isToned && !isPlainKey ? point + SELECTOR : point;
    })
    .join('');
}
