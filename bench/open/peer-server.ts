import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';
import type { Line } from '../support/history.ts';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Peer</title><body><script type="module" src="/peer.js"></script></body></html>`;

/** Serves the peer's page, built, and the messages it is filled with. */
export async function servePeer(lines: Line[]): Promise<{ url: string; stop(): Promise<void> }> {
  const messages = lines.map(({ id, author, at, body }) => ({ id, author, at, body }));
  const answers = new Map<string, [type: string, body: string]>([
    ['/', ['text/html', PAGE]],
    ['/peer.js', ['text/javascript', await bundle('peer.ts')]],
    ['/worker.js', ['text/javascript', await bundle('peer-worker.ts')]],
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

async function bundle(file: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: path.join(import.meta.dirname, file) },
      modulePreload: false,
    },
  });
  if (!('output' in built)) throw new Error(`${file} was not built as one bundle`);
  return built.output[0].code;
}
