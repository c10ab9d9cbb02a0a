import { createContext } from 'svelte';

export type FramePane = 'places' | 'main' | 'context';

/** What panes may ask of the frame they stand in. */
export interface FrameControls {
  /** Slides the places over, between 720 and 1199 px. */
  showPlaces(): void;
  /** Whether the places are slid over just now. */
  readonly placesShown: boolean;
  /** The one pane there is on a phone; it then has the page's main landmark and its first heading. */
  readonly alone: FramePane | undefined;
  /** The id of the places, for `aria-controls`. */
  readonly placesId: string;
}

const [frameOrNothing, setFrame] = createContext<FrameControls>();

export { setFrame };

/** The frame around, or nothing on pages that stand alone (sign-in, set-up). */
export function getFrame(): FrameControls | undefined {
  try {
    return frameOrNothing();
  } catch {
    return undefined;
  }
}
