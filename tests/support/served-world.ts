import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createApi } from '#server/http/api.ts';
import { createSync, type Sync } from '#server/sync.ts';
import { ulid } from '#kernel/ids.ts';
import { testLog } from './postgres-server.ts';
import { SocketDevice, type SocketDeviceOptions } from './socket-device.ts';
import { buildWorld, type World, type WorldOptions } from './world.ts';

export interface ServedWorld extends World {
  url: string;
  /** How often what was refused, by what it was. */
  refused: Map<string, number>;
  /** The sync core behind the sockets now; `sync` is the first one. */
  current(): Sync;
  /** A device of a person, not yet connected. `number` tells several of one person apart. */
  device(
    name: string,
    options?: Partial<SocketDeviceOptions> & { number?: number; by?: 'cookie' | 'token' },
  ): SocketDevice;
  /** Another sync core takes over, as after a restart; `beside`: the old one is not told and goes on, as after a split. */
  restart(options?: { beside?: boolean }): Promise<void>;
  /** Messages in a channel as an import brings them, without rates. */
  fill(channel: string, count: number): Promise<void>;
  /** Kills every connection to the world's database, under whatever is running. */
  killConnections(): Promise<number>;
}

const ORIGIN = 'http://localhost';
const settings = { origin: ORIGIN, originGiven: true, trustProxy: 0 };

type Front = { sync: Sync; request: (request: IncomingMessage, response: ServerResponse) => void };

/** A world with sockets and the HTTP API on a free port, for devices that speak the protocol. */
export async function serveWorld(options: WorldOptions = {}): Promise<ServedWorld> {
  const refused = new Map<string, number>();
  const onRefused = (what: string) => refused.set(what, (refused.get(what) ?? 0) + 1);
  const world = await buildWorld({ ...options, onRefused });
  const { accounts, database } = world;
  const devices: SocketDevice[] = [];
  const old: Sync[] = [];
  const frontOf = (sync: Sync): Front => {
    const api = createApi({ settings, database, log: testLog, accounts });
    sync.registerApi(api.app);
    return { sync, request: (request, response) => void api.listener(request, response) };
  };
  let front = frontOf(world.sync);
  const server = createServer((request, response) => front.request(request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    front.sync.replication.upgrade(request, socket, head).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const again = () =>
    createSync({
      settings,
      database,
      accounts,
      log: testLog,
      rates: options.rates ?? {},
      onRefused,
      ...(options.screen ? { screen: options.screen } : {}),
    });

  return Object.assign(world, {
    url,
    refused,
    current: () => front.sync,
    device(
      name: string,
      {
        number,
        by = 'token',
        ...more
      }: Partial<SocketDeviceOptions> & { number?: number; by?: 'cookie' | 'token' } = {},
    ) {
      const { account } = world.person(name);
      const which = account.id + (number === undefined ? '' : `~${number}`);
      const device = new SocketDevice({
        url: () => url,
        user: account.id,
        device: account.device + (number === undefined ? '' : `~${number}`),
        headers:
          by === 'token' ? { authorization: `Bearer token-${which}` } : { cookie: `session=${which}`, origin: ORIGIN },
        community: world.community,
        ...more,
      });
      devices.push(device);
      return device;
    },
    async restart({ beside = false } = {}) {
      const before = front.sync;
      front = frontOf(again());
      if (beside) {
        old.push(before);
        for (const device of devices) device.drop();
      } else await before.close();
    },
    async fill(channel: string, count: number) {
      const by = world.person('Ines').id;
      for (let from = 0; from < count; from += 500) {
        const messages = Array.from({ length: Math.min(500, count - from) }, (_, n) => ({
          id: ulid(),
          by,
          at: 1_700_000_000_000 + from + n,
          body: `Old message ${from + n}.`,
        }));
        const args = { community: world.community, channel, people: [], messages };
        const [receipt] = await front.sync.submitAsSystem([
          { id: ulid(), name: 'import.messages', args, at: Date.now() },
        ]);
        if (!receipt?.ok) throw new Error(`could not fill the channel: ${JSON.stringify(receipt)}`);
      }
    },
    async killConnections() {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return rowCount ?? 0;
    },
    async stop() {
      for (const device of devices) device.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const sync of new Set([...old, front.sync])) await sync.close();
      await database.drop();
    },
  });
}
