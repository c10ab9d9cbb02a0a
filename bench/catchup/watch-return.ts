/** Milliseconds since the navigation began; absent while it is not so. */
export interface Returned {
  /** Every channel with something new is marked, and no other. */
  unread?: number;
  /** The newest message of the open channel is painted. */
  shown?: number;
}

/** Runs in the page before anything else. */
export function watchReturn([marked, word]: [number, string]): void {
  const returned: Returned = {};
  (window as unknown as { returned: Returned }).returned = returned;
  const look = (): void => {
    if (document.querySelectorAll('.place[data-unread]').length === marked) returned.unread ??= performance.now();
    else delete returned.unread;
    const shown = [...document.querySelectorAll('article.message')].some(
      (article) => article.textContent.includes(word) && article.checkVisibility({ visibilityProperty: true }),
    );
    if (shown) returned.shown ??= performance.now();
    if (returned.unread === undefined || returned.shown === undefined) setTimeout(look, 10);
  };
  look();
}
