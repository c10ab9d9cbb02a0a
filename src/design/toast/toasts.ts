import { mount } from 'svelte';
import { toast as sonner } from 'svelte-sonner';
import type { ToastOptions } from './toast.ts';
import ToastCard from './ToastCard.svelte';
import ToastHost from './ToastHost.svelte';

mount(ToastHost, { target: document.body });

/** How long a toast with a way back stays, in milliseconds: long enough to read it and reach the button. */
const readable = 8_000;

export function show(words: string, { undo, action, icon, lasting, id }: ToastOptions): void {
  const shown = id ?? crypto.randomUUID();
  sonner.custom(ToastCard, {
    id: shown,
    duration: lasting ? Infinity : readable,
    componentProps: { words, undo, action, icon, dismissible: lasting, onclose: () => dismiss(shown) },
  });
}

export function dismiss(id: string): void {
  sonner.dismiss(id);
}
