/** What writes, and shows what waits. It comes after the first paint, unless something waits already: nothing of it is needed to read. */
export { keepRow } from '../outbox/keep-row.ts';
export { OutboxChanges } from './outbox-changes.ts';
export { Ruling } from './ruling.ts';
