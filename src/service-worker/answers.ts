/// <reference lib="webworker" />
import type { Still } from '#replica/database/rows.ts';
import { findStills } from '#replica/still/find-stills.ts';
import { withStills } from '#replica/still/with-stills.ts';
import { cacheOf, isImmutable, shellOf } from './assets.ts';

declare const self: ServiceWorkerGlobalScope;

/** How long a picture may be looked for, in milliseconds. */
const PATIENCE = 1_000;

/** Answers of the API and the socket are never kept: what a person may read is decided by the server, or stands in the replica. */
export function isOurs(request: Request): boolean {
  const { origin, pathname } = new URL(request.url);
  return (
    request.method === 'GET' &&
    origin === self.location.origin &&
    pathname !== '/api' &&
    !pathname.startsWith('/api/') &&
    pathname !== '/sync'
  );
}

/** The page an address starts from, with what was on its screen last: it is painted before any script of the app has come. */
async function page(cache: Cache, request: Request, version: string): Promise<Response | undefined> {
  const { pathname, search } = new URL(request.url);
  const [shell, stills] = await Promise.all([
    cache.match(shellOf(pathname)),
    search === '' ? inTime(findStills(pathname, version, Date.now())) : [],
  ]);
  return shell && stills.length > 0 ? withStills(shell, stills) : shell;
}

/** A page must not wait for its picture: a database may be in use by somebody who makes it anew. */
async function inTime(finding: Promise<Still[]>): Promise<Still[]> {
  const late = new Promise<Still[]>((resolve) => setTimeout(() => resolve([]), PATIENCE));
  const found = finding.catch((error: unknown) => {
    self.reportError(error);
    return [];
  });
  return Promise.race([found, late]);
}

/** From this version's cache; what is not in it comes from the network. */
export async function answer(request: Request, version: string): Promise<Response> {
  const cache = await cacheOf(version);
  const { pathname } = new URL(request.url);
  const kept = await (request.mode === 'navigate' ? page(cache, request, version) : cache.match(pathname));
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && isImmutable(pathname)) await cache.put(pathname, response.clone());
  return response;
}
