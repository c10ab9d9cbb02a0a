import { gzipSync } from 'node:zlib';
import { layWire } from './catchup/wire.ts';
import { watchReturn, type Returned } from './catchup/watch-return.ts';
import { createProfile, firstPage } from './support/chromium.ts';
import { cpuOf } from './support/cpu.ts';
import { history, source, type Line } from './support/history.ts';
import { readDevice, startPlace, until } from './support/place.ts';
import { median, report, round, type Cell } from './support/report.ts';

// Somebody comes back after ten thousand messages: what does it cost to be current, on the wire, in time and on the server?

const CHANNELS = 50;
const BEFORE = 200;
const MISSED = Number(process.env['BENCH_MESSAGES'] ?? 10_000);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
/** Messages of one channel in one commit: a busy place. */
const AT_ONCE = 5;
const NEWEST = 'the-newest-one';

const nameOf = (channel: number): string => `channel-${String(channel).padStart(2, '0')}`;

/** Messages of all channels as they came: one here, one there. */
async function talk(each: number, start: number): Promise<Line[]> {
  const channels = await Promise.all(
    Array.from({ length: CHANNELS }, (_, channel) => history(each, nameOf(channel), channel * 2_000 + start)),
  );
  return Array.from({ length: each }, (_, at) => channels.flatMap((lines) => lines[at] ?? [])).flat();
}

interface Return {
  unread: number;
  shown: number;
  all: number;
  bytes: number;
  serverCpu: number;
  databaseCpu: number;
  text: number;
}

async function comeBack(): Promise<Return> {
  const place = await startPlace();
  const profile = createProfile();
  const wire = await layWire(place.hearth.port);
  try {
    await place.import(await talk(BEFORE, 0));
    let context = await profile.open();
    await place.signIn(context);
    const { pathname } = new URL(await place.address(context, nameOf(0)));
    const channels = (await place.places(context)).communities.flatMap((community) => community.channels);
    const marks = channels.map(({ id, next }) => [id, next]);
    const marked = await context.request.post(`${place.hearth.url}/api/read-marks`, {
      data: { marks },
      headers: { origin: place.hearth.url },
    });
    if (!marked.ok()) throw new Error(`marking as read answered ${marked.status()}`);
    let page = await firstPage(context);
    await page.goto(wire.url + pathname);
    const hasAll = (each: number) => async () =>
      (await readDevice(page)).chains.filter(({ chain, next }) => chain.startsWith('channel/') && next === each).length;
    await until(hasAll(BEFORE), (count) => count === CHANNELS, 'the device has everything');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForSelector('article.message');
    await context.close();

    const each = MISSED / CHANNELS;
    const missed = await talk(each, BEFORE);
    const newest = missed.findLast(({ channel }) => channel === nameOf(0));
    if (newest) newest.body = `${NEWEST} ${newest.body}`;
    // In small commits, as people write, not in the large ones of an import.
    await place.import(missed, { batch: AT_ONCE });

    const cpu = cpuOf(place.hearth.pid);
    const received = wire.received();
    context = await profile.open();
    page = await firstPage(context);
    await page.addInitScript(watchReturn, [CHANNELS - 1, NEWEST] as [number, string]);
    const began = performance.now();
    await page.goto(wire.url + pathname, { waitUntil: 'commit' });
    await until(hasAll(BEFORE + each), (count) => count === CHANNELS, 'the device is current');
    const all = performance.now() - began;
    const returned = await until(
      () => page.evaluate(() => (window as unknown as { returned: Returned }).returned),
      ({ unread, shown }) => unread !== undefined && shown !== undefined,
      'unread marks and the new messages on the screen',
    );
    const after = cpuOf(place.hearth.pid);
    const bytes = wire.received() - received;
    await context.close();
    return {
      unread: returned.unread ?? NaN,
      shown: returned.shown ?? NaN,
      all,
      bytes,
      serverCpu: after.own - cpu.own,
      databaseCpu: after.children - cpu.children,
      text: gzipSync(missed.map(({ body }) => body).join('\n')).length,
    };
  } finally {
    wire.stop();
    await place.remove();
    profile.remove();
  }
}

const runs: Return[] = [];
for (let round = 0; round < ROUNDS; round++) runs.push(await comeBack());
const middle = (of: (run: Return) => number): number => median(runs.map(of));
const worst = (of: (run: Return) => number): number => Math.max(...runs.map(of));
const row = (name: string, of: (run: Return) => number): Cell[] => [
  name,
  Math.round(middle(of)),
  Math.round(worst(of)),
];
const current = (run: Return): number => Math.max(run.unread, run.shown);
process.stdout.write(
  `${MISSED} messages over ${CHANNELS} channels missed, ${AT_ONCE} to a commit; ${ROUNDS} returns; ${source}\n`,
);
report(
  'catchup',
  ['from the opening of the app', 'median', 'worst'],
  [
    row('unread marks are right, ms', ({ unread }) => unread),
    row('the open channel shows the newest, ms', ({ shown }) => shown),
    row('all channels are on the device, ms', ({ all }) => all),
    row('received on the wire, bytes', ({ bytes }) => bytes),
    row('the text of the messages, gzipped, bytes', ({ text }) => text),
    row('server processor, ms', ({ serverCpu }) => serverCpu),
    row('database processor, ms', ({ databaseCpu }) => databaseCpu),
  ],
  {
    ratio: round(middle((run) => run.bytes / run.text)),
    currentMs: Math.round(middle(current)),
    allMs: Math.round(middle(({ all }) => all)),
    serverCpuMs: middle(({ serverCpu }) => serverCpu),
    databaseCpuMs: middle(({ databaseCpu }) => databaseCpu),
    target: { currentMs: 2000 },
  },
);
