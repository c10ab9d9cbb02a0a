/** One clock for all relative times on the page: one timer, running only while somebody reads it. */
import { createSubscriber } from 'svelte/reactivity';

const everyMinute = createSubscriber((update) => {
  const timer = setInterval(update, 60_000);
  return () => clearInterval(timer);
});

/** Now, in milliseconds since 1970; whoever reads it in a template is drawn again every minute. */
export function now(): number {
  everyMinute();
  return Date.now();
}
