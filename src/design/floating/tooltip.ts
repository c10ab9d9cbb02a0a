import './tooltip.css';
import type { Attachment } from 'svelte/attachments';
import { keyNames, type Keys } from '../keyboard/shortcuts.ts';
import { place } from './place.ts';

interface Tooltip {
  words: string;
  keys?: Keys;
  /** Above the control, or beside it where the controls stand in a column. */
  side?: 'above' | 'end';
}

/** How long a pointer rests before the words come, in milliseconds; none while one was just shown, so that a toolbar can be read along. */
const patience = 500;

/** One bubble for the whole page. It repeats what the control's label says, so it is hidden from screen readers. */
let bubble: HTMLElement | undefined;
let shownFor: Element | undefined;
let hiddenAt = -Infinity;

/** Words at a control after half a second's rest or at keyboard focus; gone with Escape, a press or leaving: `{@attach tooltip({ words })}`. */
export function tooltip({ words, keys, side = 'above' }: Tooltip): Attachment<Element> {
  return (control) => {
    let waiting: ReturnType<typeof setTimeout> | undefined;

    const show = () => {
      bubble ??= makeBubble();
      bubble.replaceChildren(words, ...(keys ? [keyboardNames(keys)] : []));
      bubble.showPopover();
      place(bubble, control.getBoundingClientRect(), { side, align: 'middle' });
      shownFor = control;
      document.addEventListener('keydown', onkeydown, { capture: true });
    };
    const hide = () => {
      clearTimeout(waiting);
      if (shownFor !== control) return;
      bubble?.hidePopover();
      shownFor = undefined;
      hiddenAt = performance.now();
      document.removeEventListener('keydown', onkeydown, { capture: true });
    };
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    const enter = (event: Event) => {
      if (event instanceof PointerEvent && event.pointerType !== 'mouse') return;
      clearTimeout(waiting);
      waiting = setTimeout(show, performance.now() - hiddenAt < patience ? 0 : patience);
    };
    const focus = () => {
      clearTimeout(waiting);
      // Not within the event: a popover that opens or closes moves the focus, and the browser shows no second one meanwhile.
      if (control.matches(':focus-visible')) waiting = setTimeout(show, 0);
    };

    const listeners: [string, (event: Event) => void][] = [
      ['pointerenter', enter],
      ['pointerleave', hide],
      ['pointerdown', hide],
      ['focus', focus],
      ['blur', hide],
    ];
    for (const [name, listener] of listeners) control.addEventListener(name, listener);
    return () => {
      hide();
      for (const [name, listener] of listeners) control.removeEventListener(name, listener);
    };
  };
}

function keyboardNames(keys: Keys): HTMLElement {
  const element = document.createElement('kbd');
  element.textContent = keyNames(keys).join(' ');
  return element;
}

function makeBubble(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'tooltip';
  element.popover = 'manual';
  element.ariaHidden = 'true';
  document.body.append(element);
  return element;
}
