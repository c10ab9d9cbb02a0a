/// <reference lib="webworker" />
import { cacheOf, isImmutable, shellOf } from './assets.ts';

declare const self: ServiceWorkerGlobalScope;

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

/** From this version's cache; what is not in it comes from the network. */
export async function answer(request: Request, version: string): Promise<Response> {
  const cache = await cacheOf(version);
  const { pathname } = new URL(request.url);
  const kept = request.mode === 'navigate' ? await cache.match(shellOf(pathname)) : await cache.match(pathname);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && isImmutable(pathname)) await cache.put(pathname, response.clone());
  return response;
}
