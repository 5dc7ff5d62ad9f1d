import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defaultClientConditions, defineConfig, type Plugin, type Rolldown } from 'vite';

type Modules = Rolldown.ChunkingContext;

const inProject = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const messages = inProject('src/lib/messages/generated/messages');
const inRoutes = (...paths: string[]) => paths.map((path) => inProject(`src/routes/${path}.svelte`));

const queryMatcher = inProject('src/lib/data/log/query-matcher.ts');

/** Dexie's and RxJS's builds for them, which their packages do not name first; Dexie's is a third smaller. And RxDB without mingo. */
const forBrowsersOfToday = {
  conditions: ['es2015', ...defaultClientConditions],
  alias: [
    { find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.min.mjs' },
    { find: /^\.\/rx-query-mingo\.js$/, replacement: queryMatcher },
    { find: /^mingo\/util$/, replacement: queryMatcher },
  ],
};

const router = inProject('.svelte-kit/generated/client-optimized/app.js');

/** What each kind of person needs before anything can be seen; what stands behind a screen's first picture comes later. */
const firstScreens = {
  all: [...inRoutes('+layout'), inProject('src/hooks.client.ts'), router],
  person: [inProject('src/lib/session/person.ts')],
  child: inRoutes('(child)/+layout', '(child)/clubs/+page'),
  class: inRoutes('sign-in/class/+page'),
  parent: inRoutes('(parent)/+layout', '(parent)/today/+page'),
  adult: inRoutes('sign-in/+page'),
  teacher: inRoutes('(teacher)/+layout', '(teacher)/marking/+page'),
};

/** RxDB imports it, and uses it for nothing that the app asks of it; the sending of files does, which comes later. */
const usedLater = /\/node_modules\/js-base64\//;

/**
 * A file for each set of first screens with all that just these share: a first load takes a dozen files, which pack well,
 * in place of a hundred small ones, and nothing that it does not need.
 */
function chunksOfFirstScreens(): Rolldown.CodeSplittingGroup[] {
  let sets: Map<string, string> | null = null;
  const kinds = Object.keys(firstScreens);
  // What a module imports is needed wherever it is itself: the larger sets come first, and files never import in a circle.
  return kinds.map((_, index) => ({
    priority: kinds.length - index,
    name: (id: string, modules: Modules) => {
      sets ??= setsOf(modules);
      const set = sets.get(id);
      return set !== undefined && set.split('-').length === kinds.length - index ? set : null;
    },
  }));
}

/** By module: the first screens that need it, as "child-parent". */
function setsOf(modules: Modules): Map<string, string> {
  const sets = new Map<string, string>();
  // The build of the shell has other modules, and nobody waits for its files.
  if (modules.getModuleInfo(router) === null) return sets;
  for (const [kind, starts] of Object.entries(firstScreens)) {
    const needed = new Set<string>();
    for (const start of starts) {
      if (modules.getModuleInfo(start) === null)
        throw new Error(`There is no ${start} any more: say in vite.config.ts what is shown first instead.`);
      collect(start, modules, needed);
    }
    for (const id of needed) sets.set(id, sets.has(id) ? `${sets.get(id)}-${kind}` : kind);
  }
  return sets;
}

/** The words of all screens are one import of each module: which of them it needs, its text tells. */
function collect(id: string, modules: Modules, needed: Set<string>): void {
  if (needed.has(id) || id === `${messages}.js` || usedLater.test(id)) return;
  needed.add(id);
  const { importedIds = [], code } = modules.getModuleInfo(id) ?? {};
  for (const imported of importedIds) collect(imported, modules, needed);
  if (!id.startsWith(messages))
    for (const [, name] of (code ?? '').matchAll(/\bm\.(\w+)/g)) collect(`${messages}/${name}.js`, modules, needed);
}

/**
 * A first screen's files are all asked for at once. Those of other screens are fetched when nobody waits, and one after another will
 * do: their names would make the list longer that everybody fetches first.
 */
function filesAtOnce(): Plugin {
  const first = new Set(Object.values(firstScreens).flat());
  const firstFiles = new Set<string>();
  return {
    name: 'files-at-once',
    apply: 'build',
    config: () => ({
      build: { modulePreload: { resolveDependencies: (file, needed) => (firstFiles.has(file) ? needed : []) } },
    }),
    generateBundle: {
      order: 'pre',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk') continue;
          const shown = file.facadeModuleId === null ? [] : (this.getModuleInfo(file.facadeModuleId)?.importedIds ?? []);
          if ([...file.moduleIds, ...shown].some((id) => first.has(id))) firstFiles.add(file.fileName);
        }
      },
    },
  };
}

/** By the file: what stands in its place. RxDB talks to other tabs in the browser's own way, and which of them leads is ours to say. */
const leftOut: readonly (readonly [file: RegExp, code: string])[] = [
  [
    /\/broadcast-channel\/dist\/esbrowser\/methods\/(indexed-db|localstorage|simulate)\.js$/,
    `const none = { type: 'left out', canBeUsed: () => false };
    export { none as IndexedDBMethod, none as LocalstorageMethod, none as SimulateMethod };`,
  ],
  [
    /\/rxdb\/dist\/esm\/plugins\/leader-election\/index\.js$/,
    `export const RxDBLeaderElectionPlugin = { name: 'leader-election', rxdb: true };`,
  ],
];

/** What RxDB brings and the app does without: it would come before each first screen. */
function withoutIdleParts(): Plugin {
  return {
    name: 'without-idle-parts',
    apply: 'build',
    load: {
      filter: { id: leftOut.map(([file]) => file) },
      handler: (id) => leftOut.find(([file]) => file.test(id))?.[1] ?? null,
    },
    // An update that moves a file would bring it back unnoticed.
    buildEnd() {
      const modules = [...this.getModuleIds()];
      if (!modules.some((id) => id.includes('/rxdb/dist/'))) return;
      const moved = leftOut.filter(([file]) => !modules.some((id) => file.test(id))).map(([file]) => file.source);
      const back = modules.filter((id) => id.includes('/node_modules/mingo/'));
      if (moved.length + back.length > 0)
        this.error(`Nothing is left out by ${[...moved, ...back].join(', ')}: say in vite.config.ts what it is called now.`);
    },
  };
}

export default defineConfig(({ command }) => ({
  plugins: [
    paraglideVitePlugin({
      project: './src/lib/messages/project.inlang',
      outdir: './src/lib/messages/generated',
      // Which language is shown is settled in src/lib/messages/language.svelte.ts.
      strategy: ['baseLocale'],
    }),
    sveltekit(),
    filesAtOnce(),
    withoutIdleParts(),
  ],
  resolve: command === 'build' ? forBrowsersOfToday : {},
  build: {
    target: 'es2022',
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [...chunksOfFirstScreens(), { name: 'shared', minShareCount: 3, entriesAware: true, entriesAwareMergeThreshold: 3000 }],
        },
      },
    },
  },
}));
