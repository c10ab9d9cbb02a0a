import type { Attachment } from 'svelte/attachments';

/** How long a thumb rests, in milliseconds, and how far it may tremble, in px. */
const rest = 450;
const tremble = 10;

/** Runs when a thumb or pen rests on the element; scrolling and a mouse do not count. Keeps the browser's own menu from coming on top. */
export function longPress(run: () => void): Attachment<HTMLElement> {
  return (element) => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let touched = false;

    const stop = () => {
      clearTimeout(waiting);
      waiting = undefined;
    };
    const down = (event: PointerEvent) => {
      stop();
      touched = event.pointerType !== 'mouse';
      if (!touched || (event.target as Element).closest('a, button, input, textarea')) return;
      from = { x: event.clientX, y: event.clientY };
      waiting = setTimeout(() => {
        stop();
        run();
      }, rest);
    };
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > tremble) stop();
    };
    const menu = (event: Event) => {
      if (touched) event.preventDefault();
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', stop);
    element.addEventListener('pointercancel', stop);
    element.addEventListener('contextmenu', menu);
    return () => {
      stop();
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', stop);
      element.removeEventListener('pointercancel', stop);
      element.removeEventListener('contextmenu', menu);
    };
  };
}
