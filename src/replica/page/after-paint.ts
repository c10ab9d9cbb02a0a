/**
 * Runs work once: when what `painted` told of is on the screen, or when nothing was painted for long.
 * @param patience milliseconds until it starts anyway
 */
export function afterPaint(work: () => void, patience: number): { painted(): void } {
  let planned = false;
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    clearTimeout(late);
    work();
  };
  const late = setTimeout(once, patience);
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
