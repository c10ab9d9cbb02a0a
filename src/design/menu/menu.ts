import type { IconDrawing } from '../icons/types.ts';

/** One verb of a menu. */
export interface MenuItem {
  /** Says what it does; also its key in the list. */
  label: string;
  onselect: () => void;
  icon?: IconDrawing;
  /** Its shortcut, e.g. `R`. */
  keys?: string;
  /** A word at the end, e.g. why it is not allowed: `level 7`. */
  hint?: string;
  /** It destroys something. */
  danger?: boolean;
  /** Shown, read out, and not doing anything. Say why in `hint`. */
  disabled?: boolean;
  /** Makes it a choice with a tick: on or off. */
  checked?: boolean;
}

/** Verbs that belong together; a line parts the groups. */
export type MenuGroup = MenuItem[];
