/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
import { version } from '$service-worker';
import { accountOfTag } from '#replica/device/locks.ts';
import { answer, isOurs } from './answers.ts';
import { clearOldVersions, keepThisVersion, routeToCache } from './assets.ts';
import { flushOutbox } from './flush.ts';

declare const self: ServiceWorkerGlobalScope;

/** Background Sync is not in TypeScript's library. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener('install', (event) => {
  event.waitUntil(routeToCache(event, version));
  event.waitUntil(keepThisVersion(version));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(clearOldVersions(version).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  if (isOurs(event.request)) event.respondWith(answer(event.request, version));
});

// A new version waits until the person asks for it: a page must not lose its parts while somebody writes in it.
self.addEventListener('message', (event) => {
  if ((event.data as { t?: string } | null)?.t === 'skipWaiting') void self.skipWaiting();
});

self.addEventListener('sync', (event) => {
  const { tag, waitUntil } = event as SyncEvent;
  const account = accountOfTag(tag);
  if (account) waitUntil.call(event, flushOutbox(account));
});
