/** A shortcut as written in code: `mod+k`, `shift+esc`, `?`; `mod` is ⌘ on Apple's platforms and Control elsewhere. */
export type Keys = string;

interface Parsed {
  mod: boolean;
  shift: boolean;
  alt: boolean;
  key: string;
}

interface Shortcut {
  keys: Parsed;
  run: (event: KeyboardEvent) => void;
  inFields: boolean;
}

const shortcuts: Shortcut[] = [];

const onApple = () => typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);

/**
 * Runs `run` when the keys are pressed anywhere; the latest registration wins. Single letters stay silent while somebody types
 * (`inFields` is for combinations with `mod`, where it is the default). Returns the function that ends it.
 */
export function shortcut(
  keys: Keys,
  run: (event: KeyboardEvent) => void,
  { inFields }: { inFields?: boolean } = {},
): () => void {
  const parsed = parseKeys(keys);
  const entry = { keys: parsed, run, inFields: inFields ?? parsed.mod };
  if (shortcuts.length === 0) document.addEventListener('keydown', onkeydown);
  shortcuts.push(entry);
  return () => {
    shortcuts.splice(shortcuts.indexOf(entry), 1);
    if (shortcuts.length === 0) document.removeEventListener('keydown', onkeydown);
  };
}

function onkeydown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const typing = isField(event.target);
  const hit = shortcuts.findLast(({ keys, inFields }) => (inFields || !typing) && matches(keys, event, onApple()));
  if (!hit) return;
  event.preventDefault();
  hit.run(event);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** `mod+shift+k` → its parts; the last one is the key. */
export function parseKeys(keys: Keys): Parsed {
  const parts = keys.toLowerCase().split('+');
  const key = parts.at(-1) || '+';
  return {
    mod: parts.includes('mod'),
    shift: parts.includes('shift'),
    alt: parts.includes('alt'),
    key: key === 'esc' ? 'escape' : key,
  };
}

/** Whether a key press is this shortcut. A sign like `?` counts by what it types, so Shift is only compared for letters and named keys. */
export function matches(
  keys: Parsed,
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  apple: boolean,
): boolean {
  const typesSign = keys.key.length === 1 && !/[a-z0-9]/.test(keys.key);
  return (
    event.key.toLowerCase() === keys.key &&
    (apple ? event.metaKey : event.ctrlKey) === keys.mod &&
    !(apple ? event.ctrlKey : event.metaKey) &&
    (typesSign || (event.shiftKey === keys.shift && event.altKey === keys.alt))
  );
}

const signs: Record<string, [apple: string, elsewhere: string]> = {
  mod: ['⌘', 'Ctrl'],
  shift: ['⇧', 'Shift'],
  alt: ['⌥', 'Alt'],
  enter: ['↩', 'Enter'],
  escape: ['esc', 'Esc'],
  esc: ['esc', 'Esc'],
  arrowup: ['↑', '↑'],
  arrowdown: ['↓', '↓'],
};

/** How a shortcut is written for people, key by key: `mod+k` → `['⌘', 'K']` or `['Ctrl', 'K']`. */
export function keyNames(keys: Keys, apple = onApple()): string[] {
  return keys
    .split('+')
    .map((part) => signs[part.toLowerCase()]?.[apple ? 0 : 1] ?? (part.length === 1 ? part.toUpperCase() : part));
}
