import type { Handle } from '@sveltejs/kit';
import appearance from './appearance.js?raw';
import { getTextDirection } from '#paraglide/runtime.js';
import { paraglideMiddleware } from '#paraglide/server.js';

/** The app is drawn on the device and its modules bring the styles they need; the shell would bring those of every dialog as well. */
const STYLES = /<link href="(?![^"]+\/first\.)[^"]+\.css" rel="stylesheet">\s*/g;

/** What almost every text is set in: there before the first text is laid out, nothing is set twice and nothing jumps. */
const FONT = /figtree-latin-wght-normal[^/]*\.woff2$/;

/** Fills language and direction into the page's shell, by what the browser asks for; developers' pages are not there for anyone else. */
export const handle: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, async ({ request, locale }) => {
    event.request = request;
    if (!import.meta.env.DEV && event.route.id?.startsWith('/(dev)')) return new Response('Not found', { status: 404 });
    const page = await resolve(event, {
      preload: ({ type, path }) => type === 'js' || FONT.test(path),
      transformPageChunk: ({ html }) =>
        html
          .replace('%appearance%', () => `<script>${appearance}</script>`)
          .replace('%lang%', locale)
          .replace('%dir%', getTextDirection(locale))
          .replace(STYLES, ''),
    });
    return preloadInPage(page);
  });

/**
 * Says in the page what it will need. Kit says it in a header, which grows with the app and is longer already than reverse proxies take
 * unless they are told to: nginx answers 502 above 4 KB.
 */
async function preloadInPage(page: Response): Promise<Response> {
  const link = page.headers.get('link');
  if (!link || !page.headers.get('content-type')?.startsWith('text/html')) return page;
  const modules = [...link.matchAll(/<([^>]+)>; rel="modulepreload"/g)];
  const fonts = [...link.matchAll(/<([^>]+)>; rel="preload"; as="font"/g)];
  const tags = [
    ...fonts.map(([, file]) => `<link rel="preload" as="font" crossorigin href="${file}" />`),
    ...modules.map(([, file]) => `<link rel="modulepreload" href="${file}" />`),
  ];
  const headers = new Headers(page.headers);
  headers.delete('link');
  headers.delete('content-length');
  const html = (await page.text()).replace('</head>', `${tags.join('')}</head>`);
  return new Response(html, { status: page.status, statusText: page.statusText, headers });
}
