import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { messages } from './paraglide.config.ts';

/**
 * What a channel needs to be read, in one script and one style: the layout of the app and the page of a channel with all they import. Left to
 * itself the bundler cuts it into eighty, each asked for on its own, and each compressed for itself.
 */
const first = {
  name: 'first',
  test: /src.(hooks\.client\.ts|routes.(\+(layout|error)\.svelte|\(app\).(\+layout\.svelte|c.\[community\].\[channel\].\+page\.svelte)))$/,
  priority: 2,
};

/** What most other pages share. Only modules that three entries or more import, and none that a dialog alone brings. */
const common = {
  name: 'common',
  minShareCount: 3,
  test: /node_modules.(svelte|esm-env|clsx|@lucide|@sveltejs)|src.(kernel|replica|paraglide.(runtime|registry)|design.(controls.(Button|IconButton)|floating.(place|tooltip)|frame|icons|keyboard|people|text))/,
  priority: 1,
};

/** Lucide describes its icons and draws each of them in the browser, by code of its own; here that is done when the app is built. */
const drawnIcons: Plugin = {
  name: 'drawn-icons',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: /@lucide.svelte.dist.icons.[^/\\]+\.svelte$/ },
    handler(code) {
      const { node } = JSON.parse(/const iconData = (.*);/.exec(code)?.[1] ?? '') as { node: [string, object][] };
      const shapes = node.map(([tag, attributes]) => {
        const set = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
        return `<${tag} ${set.join(' ')} />`;
      });
      // What `src/design/icons/Icon.svelte` gives an icon; how lines look is in its style.
      return `<script>
        let { class: classes, role, 'aria-label': label, 'aria-hidden': hidden } = $props();
      </script>
      <svg viewBox="0 0 24 24" class={classes} {role} aria-label={label} aria-hidden={hidden}>${shapes.join('')}</svg>`;
    },
  },
};

export default defineConfig({
  plugins: [drawnIcons, paraglideVitePlugin(messages), sveltekit()],
  // How long each plugin took is of no use to those who start Hearth.
  build: {
    target: 'es2022',
    // The first that know light-dark(): for any older one every colour would be written four times.
    cssTarget: ['chrome123', 'edge123', 'firefox125', 'safari17.5', 'ios17.5'],
    // What a page yet to come needs is on the device by then: the service worker keeps it all. A list of it would come with every first page.
    modulePreload: { resolveDependencies: (_file, needs) => needs.filter((name) => name.endsWith('.css')) },
    rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [first, common] } } },
  },
  worker: { format: 'es' },
  // What Yjs logs, it logs as text: lib0's logging for pages brings a library that describes elements.
  resolve: {
    alias: [{ find: /^lib0\/logging$/, replacement: `${import.meta.dirname}/node_modules/lib0/logging.node.js` }],
  },
  server: {
    // The database writes all the time beside the sources.
    watch: {
      ignored: ['data', 'build', 'test-results', '.cache'].map((folder) => `${import.meta.dirname}/${folder}/**`),
    },
  },
});
