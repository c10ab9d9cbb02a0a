export { sending } from './sending.svelte.ts';
