import path from 'node:path';
import { build } from 'vite';
import type { Line } from '../support/history.ts';
import { servePage, type ServedPage } from './served-page.ts';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Peer</title><body><script type="module" src="/peer.js"></script></body></html>`;

/** Serves the peer's page, built, and the messages it is filled with. */
export async function servePeer(lines: Line[]): Promise<ServedPage> {
  const messages = lines.map(({ id, author, at, body }) => ({ id, author, at, body }));
  return servePage(
    {
      '/': ['text/html', PAGE],
      '/peer.js': ['text/javascript', await bundle()],
      '/messages.json': ['application/json', JSON.stringify(messages)],
    },
    ['/', '/peer.js'],
  );
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
