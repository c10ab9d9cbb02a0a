/** Runs work once with the next frame, however often it is asked for; a hidden page has no frames and runs it soon. */
export function oncePerFrame(work: () => void): () => void {
  let planned = false;
  const run = (): void => {
    planned = false;
    work();
  };
  return () => {
    if (planned) return;
    planned = true;
    if (document.visibilityState === 'hidden') setTimeout(run, 0);
    else requestAnimationFrame(run);
  };
}
