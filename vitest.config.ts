import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
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

function beside(name: string, files: { readonly include: string[]; readonly exclude?: string[]; readonly isolate: boolean }) {
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

const withRunes = 'src/**/*.svelte.test.ts';

/** What is made of runes is compiled, and runs on Svelte as browsers have it; the other unit tests do without both. */
function onRunes(): TestProjectConfiguration {
  const { resolve, test } = beside('unit-runes', { include: [withRunes], isolate: false });
  return {
    plugins: [svelte({ configFile: false })],
    resolve: { ...resolve, conditions: ['browser'] },
    test: { ...test, environment: './tests/setup/window.ts', server: { deps: { inline: ['svelte', 'esm-env'] } } },
  };
}

export default defineConfig({
  test: {
    projects: [
      // One process for many files, which share what they import: it takes half the time of one each.
      beside('unit', {
        include: ['src/**/*.test.ts', 'server/**/*.test.ts', 'db/**/*.test.ts'],
        exclude: [...inDevelopmentMode, withRunes],
        isolate: false,
      }),
      onRunes(),
      beside('unit-apart', { include: inDevelopmentMode, isolate: true }),
      onPostgres('database'),
      onPostgres('server'),
      onPostgres('simulation'),
    ],
  },
});
