import type { BrowserContext } from 'playwright';
import { servePeer } from './open/peer-server.ts';
import { servePage } from './open/served-page.ts';
import {
  createProfile,
  firstPage,
  heapOf,
  painted,
  PHONE,
  throttle,
  watchFor,
  type Profile,
} from './support/chromium.ts';
import { history, source } from './support/history.ts';
import { readDevice, startPlace, until } from './support/place.ts';
import { median, report, round, type Cell } from './support/report.ts';

// Does history cost anything at the start? A browser is started with the server gone, and the newest messages are painted from the device:
// with years of messages, with a thousand, and the usual way, with one Yjs document of everything. The floor is a page without a script that
// paints one word: what a start costs before anybody's work.

const ALL = Number(process.env['BENCH_MESSAGES'] ?? 123_611);
const FEW = 1_000;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);

interface Subject {
  name: string;
  profile: Profile;
  url: string;
  /** Id of what is on the screen when it can be read. */
  newest: string;
}

interface Opened {
  /** Until it can be read, in milliseconds. */
  ms: number;
  /** Until the app itself has painted it and can be used, where a picture of it stood there before. */
  alive: number;
  heap: number;
}

async function fillOurs(name: string, count: number): Promise<Subject> {
  const place = await startPlace();
  const profile = createProfile();
  try {
    await place.import(await history(count, 'history'));
    const context = await profile.open();
    await place.signIn(context);
    const url = await place.address(context, 'history');
    const page = await firstPage(context);
    await page.goto(url);
    const chain = `channel/${url.split('/').at(-1)}`;
    const kept = await until(
      () => readDevice(page),
      ({ chains }) => {
        const row = chains.find((one) => one.chain === chain);
        return row?.next === count && row.segments.reduce((sum, { records }) => sum + records, 0) === count;
      },
      `all ${count} messages on the device`,
    );
    // Read to the end, and the app with all its parts kept for the next start, as somebody leaves it who has read for a moment.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.reload();
    const newest = `message-${kept.newest[chain]}`;
    await page.waitForSelector(`#${newest}`);
    await until(
      () => readDevice(page),
      ({ stills }) => stills === 1,
      'the screen is kept',
    );
    await context.close();
    return { name, profile, url, newest };
  } finally {
    await place.remove();
  }
}

async function fillPeer(): Promise<Subject> {
  const lines = await history(ALL, 'history');
  const server = await servePeer(lines);
  const profile = createProfile();
  const context = await profile.open();
  const page = await firstPage(context);
  await page.goto(`${server.url}/?fill`);
  await until(
    () => page.title(),
    (title) => title === 'filled',
    'the peer has everything',
  );
  await context.close();
  await server.stop();
  return {
    name: 'the usual way',
    profile,
    url: `${server.url}/`,
    newest: `message-${lines.at(-1)?.id ?? ''}`,
  };
}

async function fillFloor(): Promise<Subject> {
  const server = await servePage(
    {
      '/': [
        'text/html',
        '<!doctype html><html lang="en"><title>Floor</title><body><p id="floor">Here</p></body></html>',
      ],
    },
    ['/'],
  );
  const profile = createProfile();
  const context = await profile.open();
  const page = await firstPage(context);
  await page.goto(server.url);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });
  await context.close();
  await server.stop();
  return { name: 'the floor', profile, url: `${server.url}/`, newest: 'floor' };
}

/** The picture of the last screen, when the parser is past it: its inside cannot be asked. */
const PICTURE = '[data-still]:has(+ *)';

/** A browser process of its own each time, on a page that was never open in it. */
async function openCold({ profile, url, newest }: Subject, rate: number): Promise<Opened> {
  const context: BrowserContext = await profile.open();
  try {
    const page = await firstPage(context);
    await throttle(page, rate);
    // Ids of imports hold colons, which selectors by # take for states.
    const app = `[id="${newest}"]`;
    await page.addInitScript(watchFor, app);
    await page.addInitScript(watchFor, `${app}, ${PICTURE}`);
    const answer = await page.goto(url, { waitUntil: 'commit' });
    const ms = await painted(page, `${app}, ${PICTURE}`);
    const alive = await painted(page, app);
    const html = (await answer?.text()) ?? '';
    if (html.includes('data-still') && !html.includes(`id="${newest}"`))
      throw new Error('the picture is not of the newest');
    return { ms, alive, heap: await heapOf(page) };
  } finally {
    await context.close();
  }
}

const subjects = [
  await fillOurs(`${FEW} messages`, FEW),
  await fillOurs(`${ALL} messages`, ALL),
  await fillPeer(),
  await fillFloor(),
];
const results: { subject: Subject; rate: number; opened: Opened[] }[] = [1, PHONE].flatMap((rate) =>
  subjects.map((subject) => ({ subject, rate, opened: [] })),
);
try {
  // The first start after filling still settles the database; it is nobody's cold start.
  for (const subject of subjects) await openCold(subject, 1);
  for (let round = 0; round < ROUNDS; round++)
    for (const { subject, rate, opened } of results) opened.push(await openCold(subject, rate));
} finally {
  for (const { profile } of subjects) profile.remove();
}

const middle = (at: number) => median(results[at]?.opened.map(({ ms }) => ms) ?? []);
const [few, all, usual, floor] = [0, 1, 2, 3].map(middle) as [number, number, number, number];
const alive = (at: number) => median(results[at]?.opened.map((opened) => opened.alive) ?? []);
const [slowFew, slowAll, slowUsual, slowFloor] = [4, 5, 6, 7].map(middle) as [number, number, number, number];
const rows = results.map(({ subject, rate, opened }, at): Cell[] => [
  subject.name + (rate > 1 ? `, processor ${rate} times slower` : ''),
  Math.round(middle(at)),
  Math.round(Math.min(...opened.map(({ ms }) => ms))),
  Math.round(Math.max(...opened.map(({ ms }) => ms))),
  Math.round(median(opened.map(({ alive }) => alive))),
  round(median(opened.map(({ heap }) => heap)), 1),
]);
process.stdout.write(`${ROUNDS} cold starts each, without a network; ${source}\n`);
report('open', ['cold start with', 'median ms', 'least', 'most', 'app ms', 'page heap MB'], rows, {
  ratio: round(all / few),
  ratioThrottled: round(slowAll / slowFew),
  vsUsual: round(all / usual, 3),
  vsUsualThrottled: round(slowAll / slowUsual, 3),
  appVsUsual: round(alive(1) / usual, 3),
  appVsUsualThrottled: round(alive(5) / slowUsual, 3),
  floor: Math.round(floor),
  floorThrottled: Math.round(slowFloor),
  aboveFloor: round((all - floor) / (usual - floor), 3),
  aboveFloorThrottled: round((slowAll - slowFloor) / (slowUsual - slowFloor), 3),
  target: { ratio: 1.2, vsUsual: round(1 / 12, 3), vsUsualThrottled: round(1 / 18, 3) },
});
