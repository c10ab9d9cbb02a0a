export { default as EmojiAll } from './EmojiAll.svelte';
export { default as EmojiChoice } from './EmojiChoice.svelte';
export { default as MessageReactions } from './MessageReactions.svelte';
export { default as QuickReactions } from './QuickReactions.svelte';
