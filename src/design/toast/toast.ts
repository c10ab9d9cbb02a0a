import type { IconDrawing } from '../icons/types.ts';
import type * as Toasts from './toasts.ts';

export interface ToastOptions {
  /** Takes the thing back: shows an Undo button. */
  undo?: () => void;
  /** Another way on, in place of Undo. */
  action?: { label: string; run: () => void };
  icon?: IconDrawing;
  /** Stays until it is answered, instead of a few seconds; for a newer version, or for what needs a person. */
  lasting?: boolean;
  /** The same id again replaces the toast that is up. */
  id?: string;
}

let host: Promise<typeof Toasts> | undefined;

/** Says what just happened, with the way back: `toast('Message deleted.', { undo })`. Screen readers hear it. Loads its code when first used. */
export async function toast(words: string, options: ToastOptions = {}): Promise<void> {
  host ??= import('./toasts.ts');
  (await host).show(words, options);
}

/** Takes a lasting toast away when what it said is no longer so. */
export async function dismissToast(id: string): Promise<void> {
  if (host) (await host).dismiss(id);
}
