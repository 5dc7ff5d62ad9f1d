/** Imports point one way: routes → lib → domain, server → domain. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\$app|\\$env|\\$service-worker|\\./\\$types|\\$lib/messages/generated)' },
    },
    {
      name: 'domain-knows-valibot-and-itself-alone',
      severity: 'error',
      from: { path: '^src/domain', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src/domain', 'node_modules/valibot'] },
    },
    { name: 'lib-does-not-know-routes', severity: 'error', from: { path: '^src/lib' }, to: { path: '^src/routes' } },
    { name: 'browser-does-not-know-server', severity: 'error', from: { path: '^src' }, to: { path: '^(server|db)/' } },
    {
      name: 'server-does-not-know-browser',
      severity: 'error',
      from: { path: '^server' },
      to: { path: '^src/(lib|routes|service-worker)' },
    },
    {
      name: 'one-importer-of-the-local-database',
      comment: 'RxDB and Dexie can be replaced behind src/lib/data.',
      severity: 'error',
      from: { path: '^src', pathNot: ['^src/lib/(data|[a-z]+/testing)/', '\\.test\\.ts$'] },
      to: { path: 'node_modules/(rxdb|dexie)/' },
    },
    {
      name: 'no-route-imports-another',
      severity: 'error',
      // The brackets of a route group would come back through $1 as a group of the expression.
      from: { path: '^src/routes/\\(?([^/()]+)\\)?/' },
      to: { path: '^src/routes/[^/]+/', pathNot: '^src/routes/\\(?$1\\)?/' },
    },
    {
      name: 'product-does-not-know-tests',
      severity: 'error',
      from: { path: '^(src|server|db)', pathNot: '\\.test\\.ts$' },
      to: { path: '^tests' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.svelte-kit|src/lib/messages/generated)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: '.dependency-cruiser.aliases.cjs' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'svelte', 'node', 'default'] },
  },
};
