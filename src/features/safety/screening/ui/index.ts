export { refusalHint, refusalTitle, refusalWords } from './refusal-words.ts';
export { default as RefusalWords } from './RefusalWords.svelte';
export { default as Refused } from './Refused.svelte';
