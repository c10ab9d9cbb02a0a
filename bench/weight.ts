import { existsSync, readFileSync } from 'node:fs';
import type { Request } from 'playwright';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createProfile, firstPage, painted, watchFor } from './support/chromium.ts';
import { history } from './support/history.ts';
import { startPlace } from './support/place.ts';
import { report, round, type Cell } from './support/report.ts';
import { buildMapped } from './weight/build-mapped.ts';
import { modulesIn } from './weight/read-maps.ts';

// How much has to come before a newcomer can read the first channel? Everything the browser asks for until its messages are painted.

const client = path.resolve(import.meta.dirname, '../build/client');
const LIMIT = 130;
/** Modules in the list. */
const LISTED = 25;

const gzipped = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;
const pathOf = (url: string): string => new URL(url).pathname;
const kB = (bytes: number): number => round(bytes / 1000, 1);

/** Paths of the scripts and styles asked for until the messages are painted; those that the service worker fetches for later are not among them. */
async function askedFor(): Promise<{ paths: string[]; inlineBytes: number }> {
  const place = await startPlace();
  const profile = createProfile();
  try {
    await place.import(await history(1_000, 'history'));
    const context = await profile.open();
    await place.signIn(context);
    const asked: Request[] = [];
    context.on('request', (request) => {
      if (!request.serviceWorker() && /\.(js|css)$/.test(pathOf(request.url()))) asked.push(request);
    });
    const page = await firstPage(context);
    await page.addInitScript(watchFor, 'article.message');
    const url = await place.address(context, 'history');
    const answer = await page.goto(url, { waitUntil: 'commit' });
    const ms = await painted(page, 'article.message');
    const before = [...asked];
    // The news of the paint takes a while to get here. What the page began after it is known to the page, once it has come.
    await Promise.all(before.map((request) => request.response()));
    const after = await page.evaluate(
      (paint) =>
        performance.getEntriesByType('resource').flatMap(({ name, startTime }) => (startTime > paint ? name : [])),
      ms,
    );
    const paths = [
      ...new Set(before.filter((request) => !after.includes(request.url())).map((request) => pathOf(request.url()))),
    ].filter((pathname) => pathname !== '/service-worker.js');
    const html = (await answer?.text()) ?? '';
    const inline = [...html.matchAll(/<(script|style)[^>]*>([\s\S]*?)<\/\1>/g)]
      .map(([, , code]) => code ?? '')
      .join('\n');
    await context.close();
    return { paths, inlineBytes: gzipSync(inline, { level: 9 }).length };
  } finally {
    await place.remove();
    profile.remove();
  }
}

const { paths, inlineBytes } = await askedFor();
const files = paths
  .map((pathname) => ({ pathname, bytes: gzipped(path.join(client, pathname)) }))
  .sort((a, b) => b.bytes - a.bytes);
const sum = (of: (pathname: string) => boolean): number =>
  files.filter(({ pathname }) => of(pathname)).reduce((total, { bytes }) => total + bytes, 0);
const isWorker = (pathname: string): boolean => pathname.includes('/workers/');
const isStyle = (pathname: string): boolean => pathname.endsWith('.css');

const mapped = buildMapped();
const modules = new Map<string, number>();
try {
  for (const { pathname, bytes } of files) {
    const script = path.join(mapped.client, pathname);
    if (!existsSync(`${script}.map`)) continue;
    const inside = modulesIn(script, `${script}.map`);
    const whole = [...inside.values()].reduce((total, size) => total + size, 0);
    // What a module weighs compressed is its part of the file's weight, near enough.
    for (const [name, size] of inside) {
      const key = name + (isWorker(pathname) ? ' (worker)' : '');
      modules.set(key, (modules.get(key) ?? 0) + (bytes * size) / whole);
    }
  }
} finally {
  mapped.remove();
}

const heaviest = [...modules].sort(([, a], [, b]) => b - a).slice(0, LISTED);
const total = sum(() => true) + inlineBytes;
const rows: Cell[][] = [
  ['scripts of the page', kB(sum((pathname) => !isWorker(pathname) && !isStyle(pathname)))],
  ['scripts and styles inside the page itself', kB(inlineBytes)],
  ['scripts of workers', kB(sum(isWorker))],
  ['styles', kB(sum(isStyle))],
  ['together', kB(total)],
  ['', ''],
  ...heaviest.map(([name, bytes]): Cell[] => [name, kB(bytes)]),
];
const serviceWorkerKB = kB(gzipped(path.join(client, 'service-worker.js')));
process.stdout.write(`${files.length} files until the messages of a channel are painted, nothing kept before\n`);
report('weight', ['gzipped', 'kB'], rows, {
  ratio: round(total / 1000 / LIMIT),
  kB: kB(total),
  workerKB: kB(sum(isWorker)),
  serviceWorkerKB,
  files: files.length,
  target: { kB: LIMIT },
});
