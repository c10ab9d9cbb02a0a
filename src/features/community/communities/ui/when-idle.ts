/** Runs when the page has painted and has nothing better to do, half a second later at most. */
export function whenIdle(run: () => void): void {
  requestAnimationFrame(() => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 500 });
    else setTimeout(run, 50);
  });
}
