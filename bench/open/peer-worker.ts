/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

// Without a network the page comes from here, as ours does.
const parts = ['/', '/peer.js'];

self.addEventListener('install', (event) => event.waitUntil(caches.open('peer').then((cache) => cache.addAll(parts))));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (parts.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
});
