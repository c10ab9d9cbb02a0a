import type { Attachment } from 'svelte/attachments';

const opened: HTMLDialogElement[] = [];
const watchers = new Set<() => void>();

/** Where something has to stand to be seen and used now: in the modal dialog opened last, as all else is inert, or in the page. */
export const whatIsInUse = (): HTMLElement => opened.at(-1) ?? document.body;

/** Calls back whenever that is another. */
export function onOtherInUse(watcher: () => void): void {
  watchers.add(watcher);
}

function change(how: () => void) {
  how();
  for (const watcher of watchers) watcher();
}

/**
 * Opens a `<dialog>` modally as soon as it is drawn and gives the focus back when it leaves: removing an open dialog from the page
 * skips the browser's own way of doing so. A press on the backdrop closes it like Escape.
 */
export const modal: Attachment<HTMLDialogElement> = (dialog) => {
  const before = document.activeElement;
  const onpointerdown = (event: PointerEvent) => {
    const box = dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (event.target === dialog && !inside) dialog.close();
  };
  dialog.addEventListener('pointerdown', onpointerdown);
  dialog.showModal();
  change(() => opened.push(dialog));
  return () => {
    dialog.removeEventListener('pointerdown', onpointerdown);
    change(() => opened.splice(opened.indexOf(dialog), 1));
    if (dialog.open) dialog.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
};
