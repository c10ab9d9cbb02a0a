import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../..');
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', woff2: 'font/woff2' };

/** As strict as the policy people's browsers get, so that a primitive that needs an inline style or script fails here. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:";

/**
 * Builds the sheets that developers see at `/design` and `/design/frame` and serves them on a free port, with nothing behind them.
 * `url` is without a slash at the end.
 */
export async function serveSheets(): Promise<{ url: string; stop: () => Promise<void> }> {
  const files = await buildSheets();
  files.set('/appearance.js', readFileSync(path.join(root, 'src/appearance.js')));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sheets');
    const file = files.get(pathname) ?? (pathname.startsWith('/design') ? files.get('/') : undefined);
    if (!file) return response.writeHead(404).end();
    const type = types[pathname.split('.').at(-1) ?? ''] ?? 'text/html; charset=utf-8';
    return response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(file);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function buildSheets(): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
    build: { write: false, target: 'es2022', rolldownOptions: { input: path.join(import.meta.dirname, 'page.ts') } },
  });
  if (!('output' in built)) throw new Error('Vite built something other than one bundle.');
  const files = new Map<string, string | Uint8Array>();
  for (const file of built.output) files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source);
  files.set('/', shell(built.output.map((file) => file.fileName)));
  return files;
}

/** The page around a sheet, as src/app.html has it: the theme first, then what Vite built. */
function shell(names: string[]): string {
  const script = names.find((name) => /\/page-[^/]*\.js$/.test(name));
  const styles = names.filter((name) => /\/page-[^/]*\.css$/.test(name));
  return `<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" /><title>Hearth</title>
<script src="/appearance.js"></script>${styles.map((name) => `<link rel="stylesheet" href="/${name}" />`).join('')}
<script type="module" src="/${script}"></script></head><body></body></html>`;
}
