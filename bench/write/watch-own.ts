/** What the page tells about the messages that were written in it. */
export interface Watched {
  /** Milliseconds from the key to the paint, by the word that tells each message. */
  painted: Record<string, number>;
  /** Tasks of more than 50 ms, in milliseconds. */
  long: number[];
}

/**
 * Runs in the page: notes when Enter was pressed and when the message is painted. The word in the field at that time tells which one.
 */
export function watchOwn(): void {
  const watched: Watched = { painted: {}, long: [] };
  (window as unknown as { watched: Watched }).watched = watched;
  const pressed = new Map<string, number>();
  const wordOf = (text: string | null): string | undefined => /own-\d+/.exec(text ?? '')?.[0];

  window.addEventListener(
    'keydown',
    (event) => {
      const word = wordOf((event.target as HTMLTextAreaElement).value);
      if (event.key === 'Enter' && word) pressed.set(word, event.timeStamp);
    },
    { capture: true },
  );

  const seen = ({ id, textContent }: Element): void => {
    const word = wordOf(textContent);
    const since = word === undefined ? undefined : pressed.get(word);
    if (word === undefined || since === undefined) return;
    pressed.delete(word);
    const isReadable = (): boolean => {
      // A virtual list may take a row away and draw it again: what counts is the one that stays.
      const article = document.getElementById(id);
      const list = article?.closest('section')?.getBoundingClientRect();
      const row = article?.getBoundingClientRect();
      // It counts when it can be read: inside the list's edges, not below them.
      const inside = list && row && row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
      return inside === true && article?.checkVisibility({ visibilityProperty: true }) === true;
    };
    // A message posted in a frame arrives when that frame is painted. A list shows a row once it has measured it, which is after the
    // frame's callbacks and before its paint: so the question is asked behind both.
    const look = (): void => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const now = performance.now();
        if (isReadable()) watched.painted[word] = now - since;
        else requestAnimationFrame(look);
      };
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  };

  new MutationObserver((changes) => {
    if (pressed.size === 0) return;
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof Element)
          for (const article of node.matches('article.message') ? [node] : node.querySelectorAll('article.message'))
            seen(article);
  }).observe(document, { childList: true, subtree: true });

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.long.push(duration);
  }).observe({ type: 'longtask' });
}
