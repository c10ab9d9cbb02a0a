import type { Replica } from './api.ts';
import { DeviceDatabase, deleteDatabase } from './database/database.ts';
import { expiredLeases } from './places/leases.ts';
import { Bus } from './device/bus.ts';
import { channelChain } from './database/chains.ts';
import { readNewest } from './page/newest.ts';
import { PageReplica } from './page/replica.svelte.ts';
import { registerServiceWorker, updates } from './update/updates.svelte.ts';

export { AlreadySent, OutboxFull } from './api.ts';
export type * from './api.ts';
export { registerServiceWorker };

export interface Account {
  id: string;
  name: string;
  /** The session's device, which commands are bound to. */
  device: string;
  picture?: string;
}

let running: { account: string; replica: Promise<PageReplica> } | null = null;

/**
 * Opens an account's replica on this page; there is never more than one, a second call for the same account gets the
 * first. Resolves as soon as places and outbox are read: channels paint from the device, the worker starts after that.
 *
 * @param channel the one that is going to be shown first: its end is read along with the rest
 */
export async function startReplica(account: Account, channel?: string): Promise<Replica> {
  if (running?.account === account.id) return running.replica;
  await (await running?.replica)?.stop();
  const replica = open(account, channel);
  running = { account: account.id, replica };
  replica.catch(() => {
    // Whoever awaits it gets the error; a later call starts anew.
    running = null;
  });
  return replica;
}

async function open(account: Account, channel: string | undefined): Promise<PageReplica> {
  const device = new DeviceDatabase(account.id, 'strict');
  const bus = new Bus(account.id);
  let changed = false;
  // What another tab writes between the reading and the first view would be missed.
  const stopListening = bus.listen(() => (changed = true));
  const [places, rows, marks, newest] = await Promise.all([
    device.places.get('places'),
    device.outbox.getAll(),
    device.marks.getAll(),
    channel ? readNewest(device, channelChain(channel)) : null,
  ]);
  const expired = expiredLeases(places?.places.communities ?? [], places?.heard ?? 0, Date.now());
  if (expired.length > 0) {
    const { eraseCopies } = await import('./database/erase.ts');
    await eraseCopies(device, expired);
  }
  if (rows.some(({ envelope }) => envelope.device !== account.device)) {
    const { bindRows } = await import('./outbox/bind-rows.ts');
    await bindRows(device, account.device);
  }
  stopListening();
  const replica = new PageReplica({
    account,
    device,
    bus,
    update: updates,
    places: places?.places ?? null,
    rows,
    marks: new Map(marks.map((row) => [row.channel, row.read])),
    first: channel && newest && !changed && expired.length === 0 ? { channel, newest } : null,
    async onStopped(erase) {
      running = null;
      if (erase) await deleteDatabase(account.id);
    },
  });
  if (places) replica.startAfterPaint();
  else replica.start();
  return replica;
}

/** Removes everything of an account from this device: copies, drafts, settings, and what waits in its outbox. */
export async function eraseAccount(userId: string): Promise<void> {
  if (running?.account === userId) return (await running.replica).stop({ erase: true });
  const bus = new Bus(userId);
  bus.send({ t: 'stop' });
  bus.close();
  await deleteDatabase(userId);
}
