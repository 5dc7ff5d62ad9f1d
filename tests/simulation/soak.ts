import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import * as v from 'valibot';

/**
 * `npm run soak -- 2000`: so many seeds of the simulation, from a random one on, or from a second number. One that fails is
 * run again alone by `SEED=…`, and kept in seeds.ts.
 */
const assertion = v.object({ title: v.string(), status: v.string() });
const vitestReport = v.object({ testResults: v.array(v.object({ assertionResults: v.array(assertion) })) });

const [asked = '2000', from] = process.argv.slice(2);
const count = Number(asked);
const first = Number(from ?? randomInt(1_000, 1_000_000_000));
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) {
  console.error('How many seeds? npm run soak -- 2000');
  process.exit(2);
}

const directory = '.data/test-results';
const report = `${directory}/soak.json`;
mkdirSync(directory, { recursive: true });
rmSync(report, { force: true });
console.log(`${String(count)} seeds from ${String(first)}`);
const started = performance.now();
const { status } = spawnSync(
  'vitest',
  ['run', '--project', 'simulation', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, 'tests/simulation/sync'],
  { stdio: 'inherit', env: { ...process.env, SEEDS: String(count), FIRST_SEED: String(first) } },
);
const results = existsSync(report) ? v.parse(vitestReport, JSON.parse(readFileSync(report, 'utf8'))).testResults : [];
const tests = results.flatMap(({ assertionResults }) => assertionResults).filter(({ title }) => title.includes('seed '));
const failed = tests.filter((one) => one.status !== 'passed').map(({ title }) => title.split(' ').at(-1));
console.log(
  `soak: ${String(tests.length - failed.length)} of ${String(count)} seeds held in ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`);
process.exitCode = status === 0 && failed.length === 0 ? 0 : 1;
