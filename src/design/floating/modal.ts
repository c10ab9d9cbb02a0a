import type { Attachment } from 'svelte/attachments';

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
  return () => {
    dialog.removeEventListener('pointerdown', onpointerdown);
    if (dialog.open) dialog.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
};
