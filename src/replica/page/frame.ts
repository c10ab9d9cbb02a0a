/** A window that is visible but covered gets no frames either: after this long the work is done without one. Milliseconds. */
const PATIENCE = 100;

/** Runs work once with the next frame, however often it is asked for; without frames it runs soon. */
export function oncePerFrame(work: () => void): () => void {
  let frame: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    if (frame !== null) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = null;
    work();
  };
  return () => {
    if (frame !== null) return;
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, document.visibilityState === 'hidden' ? 0 : PATIENCE);
  };
}

let painting: Promise<void> | null = null;
let stopWaiting = (): void => undefined;
let leaving = false;

// Of a page that goes neither a frame nor a timer comes any more: what waits for one goes on at once.
if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => ((leaving = true), stopWaiting()), { capture: true });
  window.addEventListener('pageshow', () => (leaving = false), { capture: true });
}

/** The page goes away. */
export const isLeaving = (): boolean => leaving;

/** Resolves when what the page shows now has been painted; without frames, soon; of a page that goes, at once. */
export function painted(): Promise<void> {
  if (leaving) return Promise.resolve();
  painting ??= new Promise<void>((resolve) => {
    stopWaiting = resolve;
    // A frame's callbacks run before it is painted, a timer's after.
    oncePerFrame(() => setTimeout(resolve))();
  }).finally(() => (painting = null));
  return painting;
}
