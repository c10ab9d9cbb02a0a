import type { Handle } from '@sveltejs/kit';
import { getTextDirection } from '#paraglide/runtime.js';
import { paraglideMiddleware } from '#paraglide/server.js';

/** The app is drawn on the device and its modules bring the styles they need; the shell would bring those of every dialog as well. */
const STYLES = /<link href="[^"]+\.css" rel="stylesheet">\s*/g;

/** Fills language and direction into the page's shell, by what the browser asks for; developers' pages are not there for anyone else. */
export const handle: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    if (!import.meta.env.DEV && event.route.id?.startsWith('/(dev)')) return new Response('Not found', { status: 404 });
    return resolve(event, {
      preload: ({ type }) => type === 'js',
      transformPageChunk: ({ html }) =>
        html.replace('%lang%', locale).replace('%dir%', getTextDirection(locale)).replace(STYLES, ''),
    });
  });
