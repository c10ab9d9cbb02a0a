/** How long the first paint may take before what waits for it starts anyway. Milliseconds. */
const PATIENCE = 2_000;

/** Runs work once: two frames after `painted` was called, or when nothing was painted for long. */
export function afterPaint(work: () => void): { painted(): void } {
  let planned = false;
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(late);
    work();
  };
  const late = setTimeout(once, PATIENCE);
  return {
    painted() {
      if (planned) return;
      planned = true;
      // A hidden page has no frames; there is nothing to wait for.
      if (document.visibilityState === 'hidden') setTimeout(once, 0);
      // The list is laid out in the first two frames and can be read in the third.
      else requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(once, 0))));
    },
  };
}
