import type { Attachment } from 'svelte/attachments';

/** Browsers with `field-sizing` grow a text by themselves; for the others its height follows what is written, however it got there. */
export function grow(value: () => string): Attachment<HTMLTextAreaElement> {
  return (text) => {
    if (CSS.supports('field-sizing', 'content')) return;
    $effect(() => {
      value();
      text.style.blockSize = 'auto';
      text.style.blockSize = `${text.scrollHeight}px`;
    });
  };
}
