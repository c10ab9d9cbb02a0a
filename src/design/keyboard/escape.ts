/** What Escape closes, the latest opened last. */
const stack: (() => void)[] = [];

/**
 * Escape closes the top-most thing and only that: call when something opens, and the returned function when it closes.
 * Native dialogs and popovers close themselves and prevent the default, so they come first without being registered.
 */
export function onEscape(close: () => void): () => void {
  if (stack.length === 0) document.addEventListener('keydown', closeTop);
  stack.push(close);
  return () => {
    const at = stack.lastIndexOf(close);
    if (at >= 0) stack.splice(at, 1);
    if (stack.length === 0) document.removeEventListener('keydown', closeTop);
  };
}

function closeTop(event: KeyboardEvent) {
  if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
  if (document.querySelector('dialog[open]:modal')) return;
  event.preventDefault();
  stack.at(-1)?.();
}
