import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => ({
  plugins: [
    paraglideVitePlugin({
      project: './src/lib/messages/project.inlang',
      outdir: './src/lib/messages/generated',
      // Which language is shown is settled in src/lib/messages/language.svelte.ts.
      strategy: ['baseLocale'],
    }),
    sveltekit(),
  ],
  // What browsers fetch is Dexie's build for browsers of today, a third smaller than the one that its package names.
  resolve: { alias: command === 'build' ? [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.min.mjs' }] : [] },
  build: {
    target: 'es2022',
    rolldownOptions: {
      checks: { pluginTimings: false },
      // A hundred small files cost a first load more than a few that carry a little too much.
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3, entriesAware: true, entriesAwareMergeThreshold: 3000 }] } },
    },
  },
}));
