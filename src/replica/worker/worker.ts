import { DeviceDatabase } from '../database/database.ts';
import { Bus } from '../device/bus.ts';
import { Searcher } from '../search/searcher.ts';
import { Election } from './tabs/election.ts';
import { Leader } from './leader.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** One per page. It answers searches, and leads when it holds the account's lock. */
function start(account: string): { hear(message: ToWorker): void } {
  const db = new DeviceDatabase(account, 'relaxed');
  const bus = new Bus(account);
  const searcher = new Searcher(db);
  let leader: Leader | null = null;
  const election = new Election(account, bus, () => {
    const leading = new Leader({ account, origin: self.location.origin, db, bus });
    leader = leading;
    return {
      stop: () => {
        leader = null;
        leading.stop();
      },
    };
  });

  bus.listen((message) => {
    if (message.t === 'changed') searcher.forget(message.chain);
    if (message.t === 'erased') searcher.forget(message.chain);
    if (message.t === 'evicted') for (const { chain } of message.evicted) searcher.forget(chain);
    if (message.t === 'reset') searcher.forgetAll();
    if (message.t === 'stop') stop();
  });
  self.addEventListener('online', () => leader?.tryNow());
  self.addEventListener('offline', () => leader?.offline());

  function stop(): void {
    election.stop();
    bus.close();
    db.close();
    self.close();
  }

  async function search(message: Extract<ToWorker, { t: 'search' }>): Promise<void> {
    const answer = await searcher.search(message.query, message.options);
    self.postMessage({ t: 'found', id: message.id, answer } satisfies FromWorker);
  }

  return {
    hear(message) {
      if (message.t === 'visible') election.visible = message.visible;
      else if (message.t === 'search') {
        search(message).catch((error: unknown) =>
          self.postMessage({ t: 'failed', id: message.id, reason: String(error) } satisfies FromWorker),
        );
      } else if (message.t === 'stop') stop();
    },
  };
}

let running: ReturnType<typeof start> | null = null;
self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.t === 'start') running ??= start(data.account);
  else running?.hear(data);
};
