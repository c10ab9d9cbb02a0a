/** How many people colours tokens.css has. */
const colours = 8;

/**
 * One of the eight people colours, 1 to 8, always the same for the same id, on every device.
 * FNV-1a: ids are ULIDs that share their first characters, so every character has to count.
 */
export function personColour(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % colours) + 1;
}

/** Up to `most` initials of a name, from its first and last word, whole characters even where they take two code units. */
export function initials(name: string, most = 2): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .slice(0, most)
    .map((word) => firstCharacter(word ?? ''))
    .join('')
    .toLocaleUpperCase();
}

const segmenter = new Intl.Segmenter();

function firstCharacter(word: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(word);
  for (const { segment } of segmenter.segment(letter ? word.slice(letter.index) : word)) return segment;
  return '';
}
