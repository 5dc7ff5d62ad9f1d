import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import * as v from 'valibot';
import { ensureChromium } from './browser/chromium.ts';
import { ensurePostgres15 } from './setup/postgres-15.ts';

/**
 * `npm test` runs every stage; `npm test -- database browser` runs some. A stage that fails does not stop the others,
 * so that one run tells everything.
 */
const stages = ['check', 'unit', 'database', 'database15', 'server', 'simulation', 'browser'] as const;
type Stage = (typeof stages)[number];

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const resultsDirectory = '.data/test-results';
const vitestReport = v.object({ numPassedTests: v.number(), numFailedTests: v.number(), numPendingTests: v.number() });
const playwrightReport = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
});

/** Stages may leave the count out (check counts steps); a stage that ends badly has failed at least once. */
function runStage(stage: Stage): Outcome {
  switch (stage) {
    case 'check':
      return succeeded(['node', 'tests/check.ts']) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    case 'browser':
      return runBrowser();
    case 'database15':
      return runOnPostgres15();
    case 'unit':
    case 'database':
    case 'server':
    case 'simulation':
      return runVitest(stage);
  }
}

/** What has to be the same on the oldest PostgreSQL: that the migrations run, the wall holds, and the clock keeps its order. */
function runOnPostgres15(): Outcome {
  const tests = ['schema', 'isolation', 'mutation', 'evolution', 'clock', 'grants-by-relation', 'grants-by-role'].map(
    (name) => `tests/database/${name}.pg.test.ts`,
  );
  return runVitest('database', { report: 'database15', tests, environment: { TEST_POSTGRES_PROGRAMS: ensurePostgres15() } });
}

interface VitestOptions {
  /** The report's name. */
  readonly report?: string;
  /** These files alone. */
  readonly tests?: readonly string[];
  readonly environment?: Record<string, string>;
}

function runVitest(project: Stage, { report: name = project, tests = [], environment = {} }: VitestOptions = {}): Outcome {
  const report = `${resultsDirectory}/${name}.json`;
  rmSync(report, { force: true });
  const isGreen = succeeded(
    ['vitest', 'run', '--project', `${project}*`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...tests],
    environment,
  );
  const counts = existsSync(report) ? v.parse(vitestReport, JSON.parse(readFileSync(report, 'utf8'))) : null;
  // A skipped test is a promise that nobody keeps: it fails the stage.
  const failed = (counts?.numFailedTests ?? 0) + (counts?.numPendingTests ?? 0);
  return outcome(isGreen && failed === 0, counts?.numPassedTests ?? 0, failed);
}

function runBrowser(): Outcome {
  const executable = ensureChromium();
  if (!succeeded(['vite', 'build', '--logLevel', 'warn'])) return { passed: 0, failed: 1 };
  const report = `${resultsDirectory}/browser.json`;
  rmSync(report, { force: true });
  const isGreen = succeeded(['playwright', 'test', '--reporter=line,json'], {
    CHROMIUM_PATH: executable,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  const counts = existsSync(report) ? v.parse(playwrightReport, JSON.parse(readFileSync(report, 'utf8'))).stats : null;
  const failed = (counts?.unexpected ?? 0) + (counts?.skipped ?? 0) + (counts?.flaky ?? 0);
  return outcome(isGreen && failed === 0, counts?.expected ?? 0, failed);
}

/** A run that is not green, or that ran nothing, has failed at least once. */
function outcome(isGreen: boolean, passed: number, failed: number): Outcome {
  return { passed, failed: isGreen && passed > 0 ? 0 : Math.max(1, failed) };
}

function succeeded([command, ...parameters]: readonly [string, ...string[]], environment: Record<string, string> = {}): boolean {
  return spawnSync(command, parameters, { stdio: 'inherit', env: { ...process.env, ...environment } }).status === 0;
}

function isStage(name: string): name is Stage {
  return (stages as readonly string[]).includes(name);
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !isStage(name));
if (unknown !== undefined) {
  console.error(`There is no stage '${unknown}'. Stages: ${stages.join(', ')}.`);
  process.exit(2);
}

mkdirSync(resultsDirectory, { recursive: true });
const chosen: readonly Stage[] = asked.length > 0 ? asked.filter(isStage) : stages;
const outcomes = chosen.map((stage) => {
  console.log(`\n── ${stage} ──`);
  const started = performance.now();
  const result = runStage(stage);
  return { stage, seconds: (performance.now() - started) / 1000, ...result };
});

console.log('');
for (const { stage, passed, failed, seconds } of outcomes) {
  console.log(`${stage}: ${String(passed)} passed, ${String(failed)} failed`);
  console.log(`  in ${seconds.toFixed(0)} s`);
}
const failed = outcomes.reduce((sum, stage) => sum + stage.failed, 0);
const passed = outcomes.reduce((sum, stage) => sum + stage.passed, 0);
console.log(`total: ${String(passed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;
