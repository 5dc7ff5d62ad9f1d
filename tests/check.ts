import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Everything that can be said about the code without running it; `npm run check -- --fix` also formats. */
const fix = process.argv.includes('--fix');

const steps: readonly (readonly [string, ...string[]])[] = [
  ['npm', 'run', '--silent', 'prepare'],
  fix ? ['prettier', '--write', '--log-level', 'warn', '.'] : ['prettier', '--check', '--log-level', 'warn', '.'],
  ['eslint', '--max-warnings', '0', ...(fix ? ['--fix'] : []), '.'],
  ['svelte-check', '--threshold', 'warning', '--fail-on-warnings', '--output', 'human'],
  ['depcruise', 'src', 'server', 'db', 'tests'],
  ['knip', '--no-progress'],
];

let failed = 0;
for (const [command, ...parameters] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${command} (${seconds} s)`);
  if (status !== 0) failed++;
}
console.log(`check: ${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
