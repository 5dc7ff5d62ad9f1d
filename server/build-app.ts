import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

const sources = ['src', 'static', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'];
const shell = 'build/app.html';

/**
 * Builds the app unless what is in `build/` is newer than every source.
 *
 * @throws StartError when the build fails
 */
export function buildAppIfStale(): void {
  if (existsSync(shell) && newestChange(sources) <= statSync(shell).mtimeMs) return;
  const { status } = spawnSync('vite', ['build', '--logLevel', 'warn'], { stdio: 'inherit' });
  if (status !== 0) throw new StartError('The app could not be built. Read the message above, mend it and start again.');
}

/** When one of `paths`, or anything below it, last changed; milliseconds. Generated messages do not count. */
function newestChange(paths: readonly string[]): number {
  let newest = 0;
  for (const path of paths) {
    const facts = statSync(path);
    if (facts.isDirectory()) {
      if (path.endsWith('messages/generated') || path.endsWith('project.inlang')) continue;
      newest = Math.max(newest, newestChange(readdirSync(path).map((name) => join(path, name))));
    } else {
      newest = Math.max(newest, facts.mtimeMs);
    }
  }
  return newest;
}
