import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { hotReloadPath, openApp, type App } from './app.ts';
import { securityHeaders } from './http/security-headers.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type Handlers = {
  /** Everything under /api/. */
  api: RequestHandler;
  /** WebSockets at /sync. */
  upgrade: UpgradeHandler;
};

export type Host = {
  /** The port that people connect to. */
  readonly port: number;
  /** Until now every request was answered with 503. From here on the handlers and the app answer. `origin`: the address people type. */
  serve(handlers: Handlers, origin: string): Promise<void>;
  /**
   * Takes no new connection and waits for running requests, up to `patience` milliseconds. Sockets that were upgraded stay open, so that the last
   * receipts still reach their devices: whoever took them closes them.
   */
  close(patience: number): Promise<void>;
};

/**
 * One HTTP server on one port for the API, the sockets and the app. Knows addresses, and nothing of what lies behind them. It takes the port
 * before anything else is opened: a taken port is refused before a database is touched, and with port 0 everyone can be told the real one.
 * @param loadApp default: the real one, built or with hot reload
 */
export async function openHost(
  settings: { port: number; host: string | undefined; dev: boolean },
  log: Logger,
  loadApp: typeof openApp = openApp,
): Promise<Host> {
  const server = createServer();
  server.on('clientError', refuseMalformed);
  server.on('request', refuseEarly);
  const port = await listen(server, settings.port, settings.host);
  const running = trackRequests(server);
  let app: App | undefined;
  let closing = false;

  return {
    port,
    async serve({ api, upgrade }, origin) {
      const current = await loadApp({ dev: settings.dev, server, origin });
      app = current;
      server.on('upgrade', (request, socket, head) => {
        // A connection that breaks before anyone took it would otherwise end the process.
        socket.on('error', (error) => log.debug({ err: error }, 'A connection broke while it was being upgraded.'));
        const pathname = pathOf(request);
        if (closing) socket.end(unavailable);
        else if (pathname === '/sync') upgrade(request, socket, head);
        // Vite answers its own, in development only.
        else if (!(settings.dev && pathname === hotReloadPath)) socket.end(notFound);
      });
      server.on('request', (request, response) => {
        const pathname = pathOf(request);
        if (pathname === '/api' || pathname.startsWith('/api/')) return api(request, response);
        for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
        current.handle(request, response);
      });
      server.off('request', refuseEarly);
    },
    async close(patience) {
      closing = true;
      server.close();
      server.closeIdleConnections();
      await running.finished(patience);
      server.closeAllConnections();
      await app?.close();
    },
  };
}

const notFound = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n';
const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n\r\n';

function refuseEarly(_request: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' })
    .end('Hearth is starting.\n');
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken by another program. Stop it, or set PORT.`, { cause: error })
          : error,
      );
    });
    server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Counts requests that have not been answered to the end. */
function trackRequests(server: Server): { finished(patience: number): Promise<void> } {
  let running = 0;
  let idle: (() => void) | undefined;
  server.on('request', (_request, response: ServerResponse) => {
    running += 1;
    response.once('close', () => {
      running -= 1;
      if (running === 0) idle?.();
    });
  });
  return {
    finished(patience) {
      if (running === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const impatient = setTimeout(resolve, patience);
        idle = () => {
          clearTimeout(impatient);
          resolve();
        };
      });
    },
  };
}

/** Only the path decides who answers; a target that is no path is left to the app, which answers 404. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}
