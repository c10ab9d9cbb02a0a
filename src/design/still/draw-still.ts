import { copyScreen } from './copy-screen.ts';
import { pickRules } from './pick-rules.ts';

export interface DrawnStill {
  /** A style element, and the element that carries the picture in a shadow of its own, where neither the app nor its styles find it. */
  html: string;
  /** Hashes of its styles, as a Content-Security-Policy names them. */
  hashes: string[];
}

/** A style of the page is neither kept nor to be had over the network now. */
export class StyleMissing extends Error {
  override name = 'StyleMissing';
}

/** The page's styles by their addresses: what stands at one never changes. */
const sheets = new Map<string, Promise<string>>();

/**
 * Draws what is on the screen as markup that is painted without a script and cannot be used. Null where it would show something else than
 * the next start does: away from the newest, or with something open above it.
 *
 * @param account whose screen it is: it shows only where this account is signed in
 * @param root holds one scroller marked `data-rests`, which has its newest at its end
 */
export async function drawStill(account: string, root: HTMLElement): Promise<DrawnStill | null> {
  const css = await pageStyles();
  // Nothing is waited for from here on: the copy is of one moment.
  const scroller = root.querySelector<HTMLElement>('[data-rests]');
  if (!scroller || document.querySelector('dialog[open], :popover-open')) return null;
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight > 2) return null;
  const { markup, rules } = copyScreen(root, scroller);
  const inside = `${pickRules(css, appliesIn(root))}${rules}`.replaceAll('</', String.raw`<\/`);
  const own = `[data-still="${account}"]`;
  const outside =
    `${own}{display:none}` +
    `[data-account="${account}"] ${own}{display:block;position:fixed;inset:0;z-index:9;background:var(--paper)}`;
  const shadow = `<template shadowrootmode="closed"><style>${inside}</style>${markup}</template>`;
  return {
    html: `<style>${outside}</style><div data-still="${account}" inert aria-hidden="true">${shadow}</div>`,
    hashes: await Promise.all([outside, inside].map(hash)),
  };
}

const PSEUDO_ELEMENT = /::?(?:before|after)|::[\w-]+(?:\([^)]*\))?/g;

/** Whether a rule is for an element or something in it; most of a page's styles are not, and all there is must be read before the first paint. */
function appliesIn(root: Element): (prelude: string) => boolean {
  return (prelude) => {
    // A shadow has no fonts of its own; those of the page are used in it.
    if (prelude.startsWith('@')) return prelude !== '@font-face';
    const selector = prelude.replace(PSEUDO_ELEMENT, ':is(*)');
    try {
      return root.matches(selector) || root.querySelector(selector) !== null;
    } catch {
      // What this browser cannot read is no rule for it in a style either.
      return false;
    }
  };
}

async function pageStyles(): Promise<string> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
  return (await Promise.all(links.map(({ href }) => sheet(href)))).join('');
}

/** Rejects with `StyleMissing` where it cannot be had; it is asked for again the next time. */
function sheet(href: string): Promise<string> {
  const text = sheets.get(href) ?? load(href);
  sheets.set(href, text);
  text.catch(() => sheets.delete(href));
  return text;
}

async function load(href: string): Promise<string> {
  const answer = await fetch(href).catch((cause: unknown) => {
    throw new StyleMissing(href, { cause });
  });
  // What stands there instead would be drawn as a style.
  if (!answer.ok) throw new StyleMissing(href);
  return answer.text();
}

async function hash(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(bytes)))}'`;
}
