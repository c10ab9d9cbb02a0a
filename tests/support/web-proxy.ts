import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  url: string;
  /** Whether the API and sockets get through; files of the app always do. */
  answers: boolean;
  /** The app's version as its service worker tells it; the real one when null. */
  release: string | null;
  close(): Promise<void>;
}

/** Stands in front of a server, as on the way to it: to be cut, and to bring another version of the app. */
export async function openProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (!proxy.answers && path.startsWith('/api/')) outgoing.destroy();
    else if (proxy.release && path === '/service-worker.js') void rewrite(proxy.release, outgoing);
    else forward(incoming, outgoing);
  });
  const proxy: Proxy = {
    url: '',
    release: null,
    get answers() {
      return answers;
    },
    set answers(next) {
      answers = next;
      if (!next) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  let answers = true;

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url: path, headers } = incoming;
    const through = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    through.on('error', () => outgoing.destroy());
    incoming.pipe(through);
  }

  async function rewrite(release: string, outgoing: ServerResponse): Promise<void> {
    const script = await (await fetch(`${target}/service-worker.js`)).text();
    const { version } = (await (await fetch(`${target}/_app/version.json`)).json()) as { version: string };
    outgoing.writeHead(200, { 'content-type': 'text/javascript' }).end(script.replaceAll(version, release));
  }

  server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    if (!answers) return void socket.destroy();
    const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
    const through = connect(Number(port), hostname, () => {
      through.write([`GET ${incoming.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      socket.pipe(through).pipe(socket);
    });
    for (const one of [socket, through]) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => sockets.delete(one));
    }
  });
  await once(server.listen(0, 'localhost'), 'listening');
  proxy.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return proxy;
}
