import type { Page } from 'playwright';
import { createProfile, firstPage, PHONE, throttle } from './support/chromium.ts';
import { history, source } from './support/history.ts';
import { readDevice, startPlace, until } from './support/place.ts';
import { quantile, report, round, type Cell } from './support/report.ts';
import { watchOwn, type Watched } from './write/watch-own.ts';

// How long from the key to one's own message on the screen, with a network and without, on a slow device? And does anything hold the page up?

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 100);
const HISTORY = 5_000;
/** Two frames of a screen that shows sixty a second, in milliseconds. */
const TWO_FRAMES = 1000 / 30;
/** Between two messages, in milliseconds: a person who writes very fast. */
const PAUSE = 150;

interface Written {
  name: string;
  rate: number;
  times: number[];
  long: number[];
}

let written = 0;

async function write(page: Page, count: number): Promise<{ times: number[]; long: number[] }> {
  const field = page.locator('footer.composer textarea');
  await field.focus();
  await page.evaluate(() => {
    const { watched } = window as unknown as { watched: Watched };
    watched.painted = {};
    watched.long = [];
  });
  const read = () => page.evaluate(() => (window as unknown as { watched: Watched }).watched);
  for (let at = 0; at < count; at++) {
    const word = `own-${++written}`;
    await page.keyboard.insertText(`A few words about nothing, ${word}`);
    await page.waitForTimeout(PAUSE);
    await page.keyboard.press('Enter');
    await until(read, ({ painted }) => painted[word] !== undefined, `${word} is on the screen`);
  }
  const { painted, long } = await read();
  return { times: Object.values(painted), long };
}

const results: Written[] = [];
const place = await startPlace();
const profile = createProfile();
try {
  await place.import(await history(HISTORY, 'history'));
  const context = await profile.open();
  await place.signIn(context);
  const page = await firstPage(context);
  await page.addInitScript(watchOwn);
  await page.goto(await place.address(context, 'history'));
  await until(
    () => readDevice(page),
    ({ chains }) => chains.some(({ segments }) => segments.reduce((sum, { records }) => sum + records, 0) === HISTORY),
    'the history on the device',
  );
  await page.waitForSelector('footer.composer textarea');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const slow = await throttle(page, 1);
  for (const name of ['online', 'offline']) {
    if (name === 'offline') await place.hearth.stop();
    for (const rate of [1, PHONE]) {
      await slow.send('Emulation.setCPUThrottlingRate', { rate });
      // What is loaded at the first message is not what every message costs.
      await write(page, 5);
      results.push({ name, rate, ...(await write(page, MESSAGES)) });
    }
  }
  await context.close();
} finally {
  await place.remove();
  profile.remove();
}

const rows = results.map(({ name, rate, times, long }): Cell[] => [
  name + (rate > 1 ? `, processor ${rate} times slower` : ''),
  round(quantile(times, 0.5), 1),
  round(quantile(times, 0.95), 1),
  round(Math.max(...times), 1),
  long.length,
  Math.round(Math.max(0, ...long)),
]);
const slowest = (rate: number) =>
  Math.max(...results.filter((one) => one.rate === rate).map(({ times }) => quantile(times, 0.95)));
process.stdout.write(`${MESSAGES} messages each, in a channel of ${HISTORY}; ${source}\n`);
report('write', ['from the key to the paint', 'p50 ms', 'p95 ms', 'most ms', 'tasks over 50 ms', 'longest ms'], rows, {
  ratio: round(slowest(PHONE) / TWO_FRAMES),
  p95: Object.fromEntries(
    results.map(({ name, rate, times }) => [name + (rate > 1 ? 'Throttled' : ''), round(quantile(times, 0.95), 1)]),
  ),
  longTasks: results.reduce((sum, { long }) => sum + long.length, 0),
  target: { ratio: 1 },
});
