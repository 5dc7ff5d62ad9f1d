import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

const alias = { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) };

/** What is waited for comes soon, on whatever machine; a second would be a bet. */
const patient = { poll: { timeout: 10_000 } };

/** Projects that need PostgreSQL share one embedded cluster; each file clones a migrated database of its own. */
function onPostgres(name: string): TestProjectConfiguration {
  return {
    resolve: { alias },
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      globalSetup: ['tests/setup/postgres.ts'],
      testTimeout: 60_000,
      hookTimeout: 120_000,
      expect: patient,
      maxWorkers: 2,
    },
  };
}

/** RxDB's development mode stays on for all that comes after it in the same process. */
const inDevelopmentMode = ['src/lib/data/rxdb-suite.test.ts'];

function beside(
  name: string,
  files: { readonly include: string[]; readonly exclude?: string[]; readonly isolate: boolean },
): TestProjectConfiguration {
  return {
    resolve: { alias },
    test: {
      name,
      ...files,
      // Laws over hundreds of generated histories, on whatever machine.
      testTimeout: 30_000,
      expect: patient,
      maxWorkers: 2,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      // One process for many files, which share what they import: it takes half the time of one each.
      beside('unit', {
        include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'db/**/*.test.ts'],
        exclude: inDevelopmentMode,
        isolate: false,
      }),
      beside('unit-apart', { include: inDevelopmentMode, isolate: true }),
      onPostgres('database'),
      onPostgres('server'),
      onPostgres('simulation'),
    ],
  },
});
