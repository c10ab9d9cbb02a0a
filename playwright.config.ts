import { defineConfig } from '@playwright/test';

const executablePath = process.env['HEARTH_CHROMIUM'];

/** Journeys: people in real Chromium against a real server, which every test starts for itself (tests/support/server.ts). */
export default defineConfig({
  testDir: 'tests/journeys',
  testMatch: '**/*.journey.ts',
  outputDir: 'test-results/journeys',
  fullyParallel: true,
  forbidOnly: true,
  workers: Number(process.env['HEARTH_WORKERS'] ?? 2),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/journeys.json' }]],
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium's own sandbox needs user namespaces, which root in a container does not get.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
