/** What runs the rules, and is loaded with them: nothing of it is needed to read. */
export { effectOf, makeRow } from '../outbox/make-row.ts';
export { judge } from '../overlay/judge.ts';
