import type { Attachment } from 'svelte/attachments';

/** Where each named body was left, in px from its top; for as long as the page lives. */
const places = new Map<string, number>();

/** Brings a scrolling element back to where it was when something of the same name was last shown: `{@attach keepPlace('settings')}`. */
export function keepPlace(name: string): Attachment<HTMLElement> {
  return (element) => {
    const kept = places.get(name);
    if (kept !== undefined) element.scrollTop = kept;
    // Remembered while scrolling: when the element leaves the page it has no place any more.
    const remember = () => places.set(name, element.scrollTop);
    element.addEventListener('scroll', remember, { passive: true });
    return () => element.removeEventListener('scroll', remember);
  };
}
