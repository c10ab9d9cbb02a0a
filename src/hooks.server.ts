import type { Handle } from '@sveltejs/kit';
import { getTextDirection } from '#paraglide/runtime.js';
import { paraglideMiddleware } from '#paraglide/server.js';

/** Fills language and direction into the page's shell, by what the browser asks for. */
export const handle: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ request, locale }) => {
    event.request = request;
    return resolve(event, {
      transformPageChunk: ({ html }) => html.replace('%lang%', locale).replace('%dir%', getTextDirection(locale)),
    });
  });
