import { existsSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The pages people see, which Kit renders. */
export type App = { handle(request: IncomingMessage, response: ServerResponse): void; close(): Promise<void> };

/** Where Vite's sockets are in development. */
export const hotReloadPath = '/__hot';

const root = path.resolve(import.meta.dirname, '..');

/** The built app, or in development the sources by way of Vite, whose hot reload shares our server. `origin`: the address people type. */
export function openApp({ dev, server, origin }: { dev: boolean; server: Server; origin: string }): Promise<App> {
  return dev ? developmentApp(server) : builtApp(origin);
}

async function developmentApp(server: Server): Promise<App> {
  const { createServer: createVite } = await import('vite');
  const vite = await createVite({
    root,
    server: { middlewareMode: true, hmr: { server, path: hotReloadPath } },
    appType: 'custom',
  });
  return { handle: vite.middlewares, close: () => vite.close() };
}

async function builtApp(origin: string): Promise<App> {
  const file = path.join(root, 'build', 'handler.js');
  if (!existsSync(file)) throw new Error('The app has not been built yet: run "npm start" or "npm run build".');
  // Read by Kit's handler while it is loaded. Bodies of any size go to the API, never to a page.
  process.env['ORIGIN'] = origin;
  process.env['BODY_SIZE_LIMIT'] ??= '64K';
  const { handler } = (await import(pathToFileURL(file).href)) as { handler: App['handle'] };
  return { handle: handler, close: async () => undefined };
}
