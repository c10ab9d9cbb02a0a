import type { Handle } from '@sveltejs/kit';
import { getTextDirection } from '#paraglide/runtime.js';
import { paraglideMiddleware } from '#paraglide/server.js';

/** Fills language and direction into the page's shell, by what the browser asks for; developers' pages are not there for anyone else. */
export const handle: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    if (!import.meta.env.DEV && event.route.id?.startsWith('/(dev)')) return new Response('Not found', { status: 404 });
    return resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%lang%', locale).replace('%dir%', getTextDirection(locale)),
    });
  });
