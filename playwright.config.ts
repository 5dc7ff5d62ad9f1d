import process from 'node:process';
import { defineConfig } from '@playwright/test';
import { chromiumArguments } from './tests/browser/chromium.ts';

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  outputDir: '.data/test-results/browser',
  globalTeardown: './tests/browser/contact-sheet.ts',
  // Each worker runs a PostgreSQL, a server and a browser of its own. Much of a test is waiting: two cores carry two.
  workers: 2,
  timeout: 300_000,
  // Bounds for a slow machine; nothing waits longer than it must.
  expect: { timeout: 45_000 },
  forbidOnly: true,
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    // Recording a trace costs a third of the time: ask for one with --trace retain-on-failure.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env['CHROMIUM_PATH'] ? { executablePath: process.env['CHROMIUM_PATH'] } : {}),
      args: chromiumArguments,
    },
  },
});
