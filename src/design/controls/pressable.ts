import type { HTMLAttributes } from 'svelte/elements';

/** What a button that may also be a link takes beside its own props; everything here goes to the element as it is. */
export interface Pressable extends Omit<HTMLAttributes<HTMLElement>, 'class' | 'style' | 'children' | 'onclick'> {
  onclick?: (event: MouseEvent) => void;
  disabled?: boolean;
  form?: string;
  name?: string;
  value?: string;
  /** With an address it is a link. */
  href?: string;
  target?: string;
  rel?: string;
  download?: string | boolean;
  'data-sveltekit-replacestate'?: true;
}
