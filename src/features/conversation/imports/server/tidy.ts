const LONE_OR_NUL = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** The text with U+FFFD in place of what no store can hold: NUL and halves of surrogate pairs. */
export function storable(text: string): string {
  return LONE_OR_NUL.test(text) ? text.replaceAll('\0', '\uFFFD').toWellFormed() : text;
}

/** A name as one line of `max` UTF-16 units at most, or `otherwise` when nothing is left of it. */
export function oneLine(text: string, max: number, otherwise: string): string {
  const line = storable(text)
    .replaceAll(/[\s\u0085\u2028\u2029]+/g, ' ')
    .trim();
  return line.slice(0, safeEnd(line, max)).trim() || otherwise;
}

/**
 * Cuts a text into parts of `max` UTF-16 units at most, where it hurts least: between paragraphs, lines, words. No part
 * is blank, and no character is taken apart.
 */
export function cutText(text: string, max: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const end = goodEnd(rest, max);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).replace(/^\s+/, '');
  }
  parts.push(rest);
  return parts.filter((part) => part.trim().length > 0);
}

/** A break in the last half of what fits, the strongest kind first. */
function goodEnd(text: string, max: number): number {
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, max - separator.length);
    if (at >= max / 2) return at + separator.length;
  }
  return safeEnd(text, max);
}

/** `max`, or one less where that would part a surrogate pair. */
function safeEnd(text: string, max: number): number {
  if (text.length <= max) return text.length;
  const last = text.charCodeAt(max - 1);
  return last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
}
