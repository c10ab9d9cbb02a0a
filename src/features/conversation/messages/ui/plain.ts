/** Anything Markdown could make more of than the words themselves; wrong only in the safe direction. */
const SIGNS = /[*_`~[\]<>|\\&#]|:\/\/|@|\w\.\w|^ {0,3}(?:[-+=]|\d+[.)])/m;

/** Whether a text reads the same with and without Markdown, so that showing it needs no renderer. Most messages do. */
export const isPlain = (text: string): boolean => !SIGNS.test(text);
