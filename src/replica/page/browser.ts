export interface BrowserEvents {
  /** The network may be back, or somebody looks again: worth a try. */
  maybeOnline(): void;
  offline(): void;
  visible(visible: boolean): void;
  /** The page may be gone in a moment. */
  leaving(): void;
}

/** What the browser tells a page of its network and of whether somebody looks at it, until the signal aborts. */
export function listenToBrowser(events: BrowserEvents, signal: AbortSignal): void {
  window.addEventListener('online', () => events.maybeOnline(), { signal });
  window.addEventListener('offline', () => events.offline(), { signal });
  window.addEventListener('focus', () => events.maybeOnline(), { signal });
  window.addEventListener('blur', () => events.leaving(), { signal });
  window.addEventListener('pagehide', () => events.leaving(), { signal });
  document.addEventListener(
    'visibilitychange',
    () => {
      const visible = document.visibilityState === 'visible';
      events.visible(visible);
      if (visible) events.maybeOnline();
      else events.leaving();
    },
    { signal },
  );
}
