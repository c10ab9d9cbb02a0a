import { whenIdle } from '#features/community/communities/ui/index.ts';
import { isPlain } from './plain.ts';
import { remembered } from './rendered.ts';

let render = $state.raw<((text: string) => string) | null>(null);
let asked = false;

function ask() {
  if (asked) return;
  asked = true;
  // After the first paint: words are readable without it.
  whenIdle(() => void import('./markdown.ts').then(({ createMarkdown }) => (render = createMarkdown(location.origin))));
}

/** A message's text as harmless HTML, or null while its words are shown as they were typed: plain ones, and all until the renderer is here. */
export function richText(text: string): string | null {
  if (isPlain(text)) return null;
  if (!render) {
    ask();
    return null;
  }
  return remembered(text, render);
}
