import { createContext } from 'svelte';
import type { Replica } from './api.ts';

/** The replica of the account that is signed in: set once by the app's layout, read by every screen below it. */
export const [getReplica, setReplica] = createContext<Replica>();
