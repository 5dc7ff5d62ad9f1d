import process from 'node:process';
import { defineConfig } from '@playwright/test';
import { chromiumArguments } from './tests/browser/chromium.ts';

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  outputDir: '.data/test-results/browser',
  // Each worker runs a PostgreSQL, a server and a browser of its own: two cores carry one.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(process.env['CHROMIUM_PATH'] ? { executablePath: process.env['CHROMIUM_PATH'] } : {}),
      args: chromiumArguments,
    },
  },
});
