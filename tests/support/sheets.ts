import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createServer } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Serves the pages that only exist while developing (`/design`, `/design/frame`) on a free port, with nothing behind them.
 * `url` is without a slash at the end; `stop` ends it and removes what it had cached.
 */
export async function serveSheets(): Promise<{ url: string; stop: () => Promise<void> }> {
  const cacheDir = mkdtempSync(path.join(os.tmpdir(), 'hearth-sheets-'));
  const server = await createServer({ root, cacheDir, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  await server.listen();
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error('Vite listens on no local address.');
  return {
    url: url.replace(/\/$/, ''),
    stop: async () => {
      await server.close();
      rmSync(cacheDir, { recursive: true, force: true });
    },
  };
}
