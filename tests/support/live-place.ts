import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as Y from 'yjs';
import { ulid } from '#kernel/ids.ts';
import type { Places } from '#kernel/places.ts';
import { segmentOf } from '#kernel/records.ts';
import { readFrames } from '#replica/worker/frames.ts';
import { Browser } from './browser.ts';
import { startHearth, type Hearth } from './server.ts';
import { SocketDevice } from './socket-device.ts';

const operator = { email: 'operator@example.org', password: 'a few words in a row' };

/** The real server as a process of its own, which dies and is started again, with devices that come back to it. */
export interface LivePlace {
  readonly hearth: Hearth;
  readonly devices: readonly SocketDevice[];
  community: string;
  channel: string;
  /** kill -9, and another one in the same folder. */
  killServer(): Promise<void>;
  /** kill -9 of the embedded PostgreSQL, which the server starts again. Resolves when it is back. */
  killDatabase(): Promise<void>;
  /** What the log says of the channel, read from its beginning. */
  truth(): Promise<{ ids: string[]; documents: Map<string, unknown> }>;
  remove(): Promise<void>;
}

/**
 * @param devices how many, each with a token of its own
 * @param env for the server: DATABASE_URL for another database than its own
 */
export async function startLivePlace({
  devices: count = 4,
  env = {},
  dataDir,
}: { devices?: number; env?: Record<string, string>; dataDir?: string } = {}): Promise<LivePlace> {
  const folder = dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'hearth-live-'));
  const start = () =>
    startHearth({
      dataDir: folder,
      env: {
        HEARTH_ADMIN_EMAIL: operator.email,
        HEARTH_ADMIN_PASSWORD: operator.password,
        HEARTH_RATES: '{"messages": [[1000000, 60]]}',
        LOG_LEVEL: 'info',
        ...env,
      },
    });
  let hearth = await start();
  const browser = new Browser(hearth.url);
  const signedIn = await browser.post('/api/auth/sign-in/email', operator);
  if (signedIn.status !== 200) throw new Error(`signing in answered ${signedIn.status}`);
  const { account } = signedIn.body as { account: { id: string } };
  const devices: SocketDevice[] = [];
  for (let n = 1; n <= count; n++) {
    const { body } = await browser.post('/api/tokens', { name: `device ${n}` });
    const headers = { authorization: `Bearer ${(body as { secret: string }).secret}` };
    const me = (await (await fetch(`${hearth.url}/api/me`, { headers })).json()) as { device: string };
    devices.push(new SocketDevice({ url: () => hearth.url, user: account.id, device: me.device, headers }));
  }
  const [first] = devices;
  if (!first) throw new Error('a place without devices');
  await Promise.all(devices.map((device) => device.stayConnected()));
  const community = first.places?.communities[0]?.id ?? ulid();
  if (!first.places?.communities.length) {
    const args = { community, slug: 'live', name: 'Live', description: '', categories: [], channels: [] };
    await accepted(first, first.send('community.create', args));
  }
  for (const device of devices) device.options.community = community;
  const channel = ulid();
  await accepted(first, first.send('channel.create', { id: channel, name: 'under-load' }));
  for (const device of devices) device.follow(channel);

  const read = async (name: string): Promise<Y.Doc | null> => {
    const answer = await fetch(`${hearth.url}/api/documents/${name}`, { headers: first.options.headers });
    if (answer.status === 404) return null;
    const doc = new Y.Doc();
    for (const frame of readFrames(new Uint8Array(await answer.arrayBuffer())).frames)
      if ('update' in frame) Y.applyUpdate(doc, frame.update);
    return doc;
  };

  return {
    get hearth() {
      return hearth;
    },
    devices,
    community,
    channel,
    async killServer() {
      await hearth.kill('SIGKILL');
      hearth = await start();
    },
    async killDatabase() {
      const pids = [...hearth.output().matchAll(/"postgresPid":(\d+)/g)];
      const back = hearth.output().split('PostgreSQL is running again.').length;
      process.kill(Number(pids.at(-1)?.[1]), 'SIGKILL');
      while (hearth.output().split('PostgreSQL is running again.').length === back)
        await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async truth() {
      const places = (await (
        await fetch(`${hearth.url}/api/places`, { headers: first.options.headers })
      ).json()) as Places;
      const next = places.communities.flatMap(({ channels }) => channels).find(({ id }) => id === channel)?.next ?? 0;
      const ids: string[] = [];
      const documents = new Map<string, unknown>();
      for (let n = 0; n <= segmentOf(Math.max(next - 1, 0)); n++) {
        const doc = await read(`channel/${channel}/${n}`);
        const records = (doc?.getArray('records').toJSON() ?? []) as { id: string }[];
        ids.push(...records.map(({ id }) => id));
        documents.set(`channel/${channel}/${n}`, records);
      }
      return { ids, documents };
    },
    async remove() {
      for (const device of devices) device.close();
      await hearth.remove();
      if (!dataDir) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

async function accepted(device: SocketDevice, id: string): Promise<void> {
  const receipt = await device.answer(id);
  if (!receipt.ok) throw new Error(`not accepted: ${JSON.stringify(receipt)}`);
}

/** Devices that write without a pause, each keeping some messages under way, until they are told to stop. */
export class Load {
  private readonly place: LivePlace;
  private going = true;
  private readonly done: Promise<void>[];

  constructor(place: LivePlace, underWay = 10) {
    this.place = place;
    this.done = place.devices.map((device) => this.write(device, underWay));
  }

  /** Commands that have been acknowledged so far. */
  get acknowledged(): number {
    return this.place.devices.reduce((sum, { outbox }) => sum + outbox.filter(({ receipt }) => receipt?.ok).length, 0);
  }

  /** Resolves when so many more were acknowledged. */
  async until(more: number, patience?: number): Promise<void> {
    const [first] = this.place.devices;
    const goal = this.acknowledged + more;
    await first?.until(() => this.acknowledged >= goal, `${more} more acknowledged`, patience);
  }

  /** No more is written; resolves when everything written has its answer. */
  async stop(): Promise<void> {
    this.going = false;
    await Promise.all(this.done);
    for (const device of this.place.devices)
      await device.until(() => device.unanswered.length === 0, 'every answer', 60_000);
  }

  private async write(device: SocketDevice, underWay: number): Promise<void> {
    for (let n = 0; this.going; n++) {
      await device.until(() => device.unanswered.length < underWay || !this.going, 'room to write', 120_000);
      if (this.going)
        device.send('message.post', { channel: this.place.channel, body: `${device.options.device} ${n}` });
    }
  }
}

export interface Found {
  acknowledged: number;
  lost: number;
  doubled: number;
}

/** What became of everything that was acknowledged, by the log read from its beginning. */
export async function audit(place: LivePlace): Promise<Found> {
  const { ids } = await place.truth();
  const standing = new Set(ids);
  const posts = place.devices
    .flatMap(({ outbox }) => outbox)
    .filter(({ envelope, receipt }) => envelope.name === 'message.post' && receipt?.ok);
  return {
    acknowledged: posts.length,
    lost: posts.filter(({ envelope }) => !standing.has(envelope.id)).length,
    doubled: ids.length - standing.size,
  };
}
