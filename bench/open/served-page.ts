import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server answers with, by path. */
export type Answers = Record<string, [type: string, body: string]>;

export interface ServedPage {
  url: string;
  stop(): Promise<void>;
}

/** Without a network a page comes from its service worker, as ours does. */
const keeping = (parts: string[]): string => `
const parts = ${JSON.stringify(parts)};
addEventListener('install', (event) => event.waitUntil(caches.open('page').then((cache) => cache.addAll(parts))));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (parts.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
});
`;

/** Serves a page, and at /worker.js the service worker that keeps these parts of it. */
export async function servePage(page: Answers, parts: string[]): Promise<ServedPage> {
  const answers: Answers = { ...page, '/worker.js': ['text/javascript', keeping(parts)] };
  const server = createServer((request, response) => {
    const [type, body] = answers[new URL(request.url ?? '/', 'http://page').pathname] ?? [];
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
