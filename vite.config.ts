import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { messages } from './paraglide.config.ts';

export default defineConfig({
  plugins: [paraglideVitePlugin(messages), sveltekit()],
  // How long each plugin took is of no use to those who start Hearth.
  build: { target: 'es2022', rolldownOptions: { checks: { pluginTimings: false } } },
  worker: { format: 'es' },
  server: {
    // The database writes all the time beside the sources.
    watch: {
      ignored: ['data', 'build', 'test-results', '.cache'].map((folder) => `${import.meta.dirname}/${folder}/**`),
    },
  },
});
