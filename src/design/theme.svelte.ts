import { getLocale, getTextDirection } from '#paraglide/runtime.js';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

/**
 * Where this device keeps how its reader likes things to look. `src/appearance.js` reads the same keys before the first paint:
 * it stands in the page itself, since a module would run after it.
 */
const keys = { theme: 'hearth.theme', density: 'hearth.density' } as const;

function kept<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
  const value = typeof localStorage === 'undefined' ? null : localStorage.getItem(key);
  return choices.find((choice) => choice === value) ?? (choices[0] as Choice);
}

let theme = $state<Theme>(kept(keys.theme, ['system', 'light', 'dark']));
let density = $state<Density>(kept(keys.density, ['comfortable', 'compact']));

/** How Hearth looks on this device: applied at once, kept for the next time, followed by the other tabs. */
export const appearance = {
  get theme(): Theme {
    return theme;
  },
  set theme(next: Theme) {
    theme = next;
    localStorage.setItem(keys.theme, next);
    show();
  },
  get density(): Density {
    return density;
  },
  set density(next: Density) {
    density = next;
    localStorage.setItem(keys.density, next);
    show();
  },
};

/** Puts theme, density, language and writing direction on the page. The root layout calls it once; returns what ends it. */
export function keepAppearance(): () => void {
  const follow = (event: StorageEvent) => {
    if (event.key === keys.theme) theme = kept(keys.theme, ['system', 'light', 'dark']);
    if (event.key === keys.density) density = kept(keys.density, ['comfortable', 'compact']);
    show();
  };
  show();
  addEventListener('storage', follow);
  return () => removeEventListener('storage', follow);
}

function show() {
  const root = document.documentElement;
  root.lang = getLocale();
  root.dir = getTextDirection();
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (density === 'comfortable') delete root.dataset.density;
  else root.dataset.density = density;
}
