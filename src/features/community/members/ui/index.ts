export { default as Invites } from './Invites.svelte';
