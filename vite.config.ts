import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { messages } from './paraglide.config.ts';

/**
 * What nearly every page needs, in one file: left to itself the bundler cuts it into eighty, each compressed for itself. Only modules that
 * three entries or more share, and none that a dialog alone brings.
 */
const common = {
  name: 'common',
  minShareCount: 3,
  test: /node_modules.(svelte|esm-env|clsx|@lucide|@sveltejs)|src.(kernel|replica|paraglide.(runtime|registry)|design.(controls.(Button|IconButton)|floating.(place|tooltip)|frame|icons|keyboard|people|text))/,
};

export default defineConfig({
  plugins: [paraglideVitePlugin(messages), sveltekit()],
  // How long each plugin took is of no use to those who start Hearth.
  build: {
    target: 'es2022',
    rolldownOptions: { checks: { pluginTimings: false }, output: { codeSplitting: { groups: [common] } } },
  },
  // The same library for browsers of this decade.
  resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
  worker: { format: 'es' },
  server: {
    // The database writes all the time beside the sources.
    watch: {
      ignored: ['data', 'build', 'test-results', '.cache'].map((folder) => `${import.meta.dirname}/${folder}/**`),
    },
  },
});
