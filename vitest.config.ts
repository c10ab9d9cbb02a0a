import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { messages } from './paraglide.config.ts';

const databaseTests = ['{src,sync-server,bin}/**/*.pg.test.ts', 'tests/{contracts,convergence,hostile}/**/*.test.ts'];

export default defineConfig({
  plugins: [paraglideVitePlugin(messages), svelte()],
  test: {
    // Half of the machine stays with the PostgreSQL servers and child processes that the tests talk to.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,sync-server,bin,tests/support}/**/*.test.ts'],
          exclude: ['**/*.pg.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'pg',
          include: databaseTests,
          globalSetup: './tests/support/postgres.setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
