import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './src/lib/messages/project.inlang',
      outdir: './src/lib/messages/generated',
      // Which language is shown is settled in src/lib/messages/language.svelte.ts.
      strategy: ['baseLocale'],
    }),
    sveltekit(),
  ],
  build: { target: 'es2022', rolldownOptions: { checks: { pluginTimings: false } } },
});
