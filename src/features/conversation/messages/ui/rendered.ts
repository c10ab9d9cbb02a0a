const rendered = new Map<string, string>();

/** As many as a long read scrolls past; when they are more, all are dropped: rendering again is cheap. */
const MOST = 2_000;

/** A text's HTML, rendered once: rows come and go while scrolling. */
export function remembered(text: string, render: (text: string) => string): string {
  const known = rendered.get(text);
  if (known !== undefined) return known;
  const html = render(text);
  if (rendered.size >= MOST) rendered.clear();
  rendered.set(text, html);
  return html;
}
