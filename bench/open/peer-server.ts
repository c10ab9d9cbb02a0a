import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';
import type { Line } from '../support/history.ts';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Peer</title><body><script type="module" src="/peer.js"></script></body></html>`;

/** Without a network the page comes from its service worker, as ours does. */
const WORKER = `
const parts = ['/', '/peer.js'];
addEventListener('install', (event) => event.waitUntil(caches.open('peer').then((cache) => cache.addAll(parts))));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (parts.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
});
`;

/** Serves the peer's page, built, and the messages it is filled with. */
export async function servePeer(lines: Line[]): Promise<{ url: string; stop(): Promise<void> }> {
  const messages = lines.map(({ id, author, at, body }) => ({ id, author, at, body }));
  const answers = new Map<string, [type: string, body: string]>([
    ['/', ['text/html', PAGE]],
    ['/peer.js', ['text/javascript', await bundle()]],
    ['/worker.js', ['text/javascript', WORKER]],
    ['/messages.json', ['application/json', JSON.stringify(messages)]],
  ]);
  const server = createServer((request, response) => {
    const [type, body] = answers.get(new URL(request.url ?? '/', 'http://peer').pathname) ?? [];
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

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: path.join(import.meta.dirname, 'peer.ts') },
      modulePreload: false,
    },
  });
  if (!('output' in built)) throw new Error('the peer was not built as one bundle');
  return built.output[0].code;
}
