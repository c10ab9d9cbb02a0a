import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

// It stands in the page itself (src/hooks.server.ts): nothing is painted before it ran.
const appearance = createHash('sha256').update(readFileSync('src/appearance.js')).digest('base64');

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    // The launcher builds beside the app that may be running, and puts the new one in its place when it is complete.
    adapter: adapter({ out: process.env['HEARTH_BUILD_FOLDER'] ?? 'build' }),
    files: {
      routes: 'src/routes',
      serviceWorker: 'src/service-worker',
    },
    // Relative asset paths break a deep link that the service worker answers with the cached shell.
    paths: { relative: false },
    // Files are named by what they hold; a second build of the same, to be looked into, gets the same names.
    version: process.env['HEARTH_BUILD_VERSION'] ? { name: process.env['HEARTH_BUILD_VERSION'] } : {},
    // The page registers the worker itself, so that a new version can be announced before it takes over.
    serviceWorker: { register: false },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self', `sha256-${appearance}`],
        // The one hash is that of the style attribute by which Kit hides its announcer of page titles.
        'style-src': ['self', 'unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'img-src': ['self', 'blob:', 'data:'],
        'media-src': ['self', 'blob:'],
        'font-src': ['self'],
        'worker-src': ['self'],
        'connect-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['self'],
        // Honoured only in a header; Kit sends one with every page it renders.
        'frame-ancestors': ['none'],
      },
    },
  },
};
