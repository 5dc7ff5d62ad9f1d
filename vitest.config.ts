import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { resolve: { alias: { $lib: new URL('./src/lib', import.meta.url).pathname } }, test: { name: 'unit', include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'db/**/*.test.ts'] } },
    ],
  },
});
