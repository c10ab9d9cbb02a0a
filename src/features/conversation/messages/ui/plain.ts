/** Anything Markdown could make more of than the words themselves; wrong only in the safe direction. */
const SIGNS = /[*_`~[\]<>|\\&#]|:\/\/|@|\w\.\w|^ {0,3}(?:[-+=]|\d+[.)])/m;

/** Whether a text reads the same with and without Markdown, so that showing it needs no renderer. Most messages do. */
export const isPlain = (text: string): boolean => !SIGNS.test(text);

/** A line without Markdown's signs, for where a message is only quoted. Not exact: a glance at it is all it is for. */
export const quoted = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__|~~|\|\||`+|(?<![\w*])[*_](?=\S)|(?<=\S)[*_](?!\w)|^#{1,6} |^> /gm, '');
