/** Markup that looks like what it was copied from, and the rules that stand for its style attributes. */
export interface ScreenCopy {
  markup: string;
  rules: string;
}

/**
 * Copies an element as it stands on the screen, so that it needs no script: what was scrolled is shifted, fields hold what was written in
 * them, and of the scroller, which rests at its end, only what can be seen is there. A policy forbids style attributes: each becomes a rule.
 */
export function copyScreen(root: HTMLElement, scroller: HTMLElement): ScreenCopy {
  const copy = root.cloneNode(true) as HTMLElement;
  const copies = elementsOf(copy);
  const rules = new Map<string, number>();
  const unseen: Element[] = [];
  for (const [index, original] of elementsOf(root).entries()) {
    const element = copies[index];
    if (!element) continue;
    if (isRow(original, scroller) && isAbove(original, scroller)) unseen.push(element);
    if (original instanceof HTMLTextAreaElement) {
      element.textContent = original.value;
      element.setAttribute('readonly', '');
    }
    element.removeAttribute('style');
    const style = styleOf(original, scroller);
    if (style === '') continue;
    if (!rules.has(style)) rules.set(style, rules.size);
    element.setAttribute('data-look', String(rules.get(style)));
  }
  for (const element of unseen) element.remove();
  for (const comment of commentsOf(copy)) comment.remove();
  return {
    markup: copy.outerHTML,
    rules: [...rules].map(([style, look]) => `[data-look="${look}"]{${style}}`).join(''),
  };
}

function styleOf(element: Element, scroller: HTMLElement): string {
  if (element === scroller) return 'overflow:hidden;justify-content:flex-end';
  // The virtual list says where each row is; in the copy they follow each other.
  if (element.parentElement === scroller || isRow(element, scroller)) return '';
  const own = element.getAttribute('style') ?? '';
  const { parentElement: parent } = element;
  const scrolled = parent?.firstElementChild === element ? parent.scrollTop : 0;
  return scrolled > 0 ? `${own};margin-block-start:-${scrolled}px` : own;
}

const isRow = (element: Element, scroller: HTMLElement): boolean => element.parentElement?.parentElement === scroller;

const isAbove = (element: Element, scroller: HTMLElement): boolean =>
  element.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().top;

/** An element and all within, in an order that a copy has as well. */
const elementsOf = (root: Element): Element[] => [root, ...root.querySelectorAll('*')];

function commentsOf(root: Node): Comment[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments: Comment[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode as Comment);
  return comments;
}
