/** A key press reaches us from the terminal and from the launcher: two signals within this many milliseconds are one. */
const SAME_PRESS = 500;

/** A signal that stops what is running at the next good moment. Asked a second time, the process ends at once. */
export function onStop(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let first = 0;
  const stop = () => {
    if (!controller.signal.aborted) {
      first = performance.now();
      process.stderr.write('\nStopping after what is under way. Once more to stop at once.\n');
      controller.abort();
    } else if (performance.now() - first > SAME_PRESS) {
      process.exit(130);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  return {
    signal: controller.signal,
    release() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
    },
  };
}
