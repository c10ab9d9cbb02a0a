export { refusalHint, refusalTitle, refusalWords } from './refusal-words.ts';
