import process from 'node:process';

/** `npm run bench -- sync`: each benchmark is a folder that exports `run`; it throws when what it measured is not what it claims. */
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  sync: () => import('./sync/bench.ts'),
  latency: () => import('./sync/latency-bench.ts'),
  database: () => import('./database/bench.ts'),
  live: () => import('./live/bench.ts'),
  app: () => import('./app/bench.ts'),
};

const [name = ''] = process.argv.slice(2);
const open = benches[name];
if (!open) {
  console.error(`There is no bench '${name}'. Benches: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const bench = await open();
await bench.run();
