export { quoted } from './plain.ts';
export { sending } from './sending.svelte.ts';
