import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between browser and server that counts what passes. */
export interface Wire {
  url: string;
  /** Bytes towards the browser since the beginning, headers and frames of sockets included. */
  received(): number;
  stop(): void;
}

export async function layWire(port: number): Promise<Wire> {
  let received = 0;
  const ends = new Set<Socket>();
  const server = createServer((browser) => {
    const far = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [browser, far],
      [far, browser],
    ] as const) {
      ends.add(end);
      end.on('close', () => ends.delete(end));
      // Either end may go at any time: then the other goes too.
      end.on('error', () => other.destroy());
    }
    far.on('data', (bytes: Buffer) => (received += bytes.length));
    browser.pipe(far).pipe(browser);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    received: () => received,
    stop() {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
