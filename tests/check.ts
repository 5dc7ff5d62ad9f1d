import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';

/** Everything that can be said about the code without running it; `npm run check -- --fix` also formats. */
const fix = process.argv.includes('--fix');

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** What the rest reads: messages and routes in TypeScript. */
const first: Step = { name: 'prepare', command: ['npm', 'run', '--silent', 'prepare'] };

/** The longest first: they run side by side. */
const steps: readonly Step[] = [
  { name: 'eslint', command: ['eslint', '--max-warnings', '0', ...(fix ? ['--fix'] : []), '.'] },
  { name: 'svelte-check', command: ['svelte-check', '--threshold', 'warning', '--fail-on-warnings', '--output', 'human'] },
  { name: 'prettier', command: ['prettier', fix ? '--write' : '--check', '--log-level', 'warn', '.'] },
  { name: 'depcruise', command: ['depcruise', 'src', 'server', 'db', 'tests'] },
  { name: 'knip', command: ['knip', '--no-progress'] },
];

/** Runs a step and prints what it said once it is over. @returns whether it found nothing */
async function passes({ name, command: [program, ...parameters] }: Step): Promise<boolean> {
  const started = performance.now();
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.stdout.write(Buffer.concat(said));
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return status === 0;
}

const outcomes = [await passes(first)];
const left = [...steps];
// Two that write the same files do so one after the other.
const lanes = fix ? 1 : Math.min(2, availableParallelism());
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let step = left.shift(); step; step = left.shift()) outcomes.push(await passes(step));
  }),
);

const failed = outcomes.filter((isGreen) => !isGreen).length;
console.log(`check: ${String(outcomes.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;
