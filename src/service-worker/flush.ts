import { accountsOnDevice, DeviceDatabase } from '#replica/database/database.ts';
import { Bus } from '#replica/device/bus.ts';
import { flushLock, SILENCE } from '#replica/device/locks.ts';
import { postOutbox } from '#replica/outbox/post.ts';

/** The server did not answer: rejecting the event makes the browser try again later. */
class NotDelivered extends Error {
  override name = 'NotDelivered';
}

/** Sends what waits of one account, with the app closed or asleep. Rows of another account than the session's stay (C6). */
export async function flushOutbox(account: string): Promise<void> {
  if (!(await accountsOnDevice()).includes(account)) return;
  const db = new DeviceDatabase(account, 'strict');
  const bus = new Bus(account);
  try {
    const send = async (): Promise<void> => {
      const { what } = await postOutbox(db);
      bus.send({ t: 'outbox' });
      if (what === 'offline' || what === 'busy') throw new NotDelivered(what);
    };
    const done = await navigator.locks.request(flushLock(account), { ifAvailable: true }, async (lock) => {
      if (lock) await send();
      return lock !== null;
    });
    // A page holds the lock. If it is awake it sends by its socket; a frozen one would hold what waits until somebody opens it.
    if (!done && !(await isAlive(bus))) await navigator.locks.request(flushLock(account), { steal: true }, send);
  } finally {
    bus.close();
    db.close();
  }
}

/** Whether a leading page beats. */
function isAlive(bus: Bus): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), SILENCE);
    bus.listen((message) => {
      if (message.t !== 'beat') return;
      clearTimeout(timer);
      resolve(true);
    });
    bus.send({ t: 'hello' });
  });
}
