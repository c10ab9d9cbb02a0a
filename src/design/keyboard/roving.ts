import type { Attachment } from 'svelte/attachments';

interface Roving {
  /** Which arrows move: up and down, left and right (following the writing direction), or all four. */
  axis: 'vertical' | 'horizontal' | 'both';
  /** What is walked through, inside the element; buttons and links unless told otherwise. */
  items?: string;
}

const chosen = '[aria-current], [aria-selected="true"], [aria-checked="true"]';

/**
 * Arrow keys, Home and End move the focus among an element's items, and the whole is one stop for Tab: `{@attach roving({ axis: 'vertical' })}`.
 * The stop is the item that was focused last, at first the one that is current or the first one.
 */
export function roving({ axis, items = 'button:not(:disabled), a[href]' }: Roving): Attachment<HTMLElement> {
  return (root) => {
    const present = () => [...root.querySelectorAll<HTMLElement>(items)];
    const all = () => present().filter((item) => item.checkVisibility());
    let known: HTMLElement[] = [];

    function stopAt(chosen: HTMLElement | undefined) {
      for (const item of present()) item.tabIndex = item === chosen ? 0 : -1;
    }

    function onfocusin(event: FocusEvent) {
      const item = all().find((candidate) => candidate.contains(event.target as Node));
      if (item) stopAt(item);
    }

    function onkeydown(event: KeyboardEvent) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return;
      const list = all();
      const at = list.findIndex((item) => item.contains(event.target as Node));
      const next = list[move(event.key, axis, at, list.length, getComputedStyle(root).direction === 'rtl')];
      if (at < 0 || !next) return;
      event.preventDefault();
      next.focus();
    }

    /** Items come and go: one of them must be a stop, or the keyboard could not enter any more. */
    function keepStop() {
      const former = known;
      known = present();
      // A mark or a number beside a name changes no item, and what is visible is not to be had without styling the page.
      const same = known.length === former.length && known.every((item, index) => item === former[index]);
      if (same && known.some((item) => item.tabIndex === 0)) return;
      const list = all();
      if (list.filter((item) => item.tabIndex === 0).length === 1) return;
      stopAt(list.find((item) => item.matches(chosen)) ?? list[0]);
    }

    // With the next frame: which items are shown is known only after a layout, and the page has one then anyway.
    let frame = 0;
    function keepStopSoon() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(keepStop);
    }

    keepStopSoon();
    const changes = new MutationObserver(keepStopSoon);
    changes.observe(root, { childList: true, subtree: true });
    root.addEventListener('focusin', onfocusin);
    root.addEventListener('keydown', onkeydown);
    return () => {
      changes.disconnect();
      cancelAnimationFrame(frame);
      root.removeEventListener('focusin', onfocusin);
      root.removeEventListener('keydown', onkeydown);
    };
  };
}

/** The index a key moves to among `count` items, going round at the ends; -1 for keys that do not move. */
export function move(key: string, axis: Roving['axis'], at: number, count: number, rightToLeft: boolean): number {
  if (count === 0) return -1;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const onward = rightToLeft ? 'ArrowLeft' : 'ArrowRight';
  const back = rightToLeft ? 'ArrowRight' : 'ArrowLeft';
  const steps = new Map<string, number>();
  if (axis !== 'horizontal') steps.set('ArrowDown', 1).set('ArrowUp', -1);
  if (axis !== 'vertical') steps.set(onward, 1).set(back, -1);
  const step = steps.get(key);
  return step === undefined ? -1 : (at + step + count) % count;
}
