import { whenIdle } from '#features/community/communities/ui/index.ts';
import { isPlain } from './plain.ts';

let render = $state.raw<((text: string) => string) | null>(null);
let asked = false;

/** Rendered texts by their source: rows come and go while scrolling. Dropped whole when full; filling it again is cheap. */
const rendered = new Map<string, string>();
const MOST = 2_000;

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
  let html = rendered.get(text);
  if (html === undefined) {
    html = render(text);
    if (rendered.size >= MOST) rendered.clear();
    rendered.set(text, html);
  }
  return html;
}
