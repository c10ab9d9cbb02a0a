import net, { type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  port: number;
  /** Every connection breaks, and nobody gets a new one. */
  refuse(): Promise<void>;
  /** Everything stays open, and nothing gets through in either direction. */
  silence(): Promise<void>;
  /** As before. What was held back goes through. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between the server and a database on a unix socket, and can be as bad as any network. */
export async function startProxy(folder: string, port: number): Promise<Proxy> {
  const target = `${folder}/.s.PGSQL.${port}`;
  const sockets = new Set<Socket>();
  let isSilent = false;
  let isRefusing = false;
  const server = net.createServer((near) => {
    if (isRefusing) return near.resetAndDestroy();
    const far = net.connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      if (isSilent) one.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async refuse() {
      isRefusing = true;
      for (const socket of sockets) socket.destroy();
    },
    async silence() {
      isSilent = true;
      for (const socket of sockets) socket.pause();
    },
    async restore() {
      isSilent = isRefusing = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
