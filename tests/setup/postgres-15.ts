import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const knownFolders = [
  '/usr/lib/postgresql/15/bin',
  '/usr/pgsql-15/bin',
  '/opt/homebrew/opt/postgresql@15/bin',
  '/usr/local/opt/postgresql@15/bin',
];

const whatToInstall =
  'The tests on PostgreSQL 15 need its server programs, and none were found. Install them (Debian 12: sudo apt-get install postgresql-15; ' +
  'macOS: brew install postgresql@15), or name their folder with POSTGRES_15_PROGRAMS, then run the tests again.';

/**
 * The folder of PostgreSQL 15's programs, the oldest that StudyStreaks runs on: POSTGRES_15_PROGRAMS, the system's, or
 * Debian's package installed when root.
 *
 * @throws Error with a sentence that says what to install
 */
export function ensurePostgres15(): string {
  const found = findPostgres15();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    // The programs alone: no cluster of the package's own is to run beside the tests'.
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql-15'], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  const installed = findPostgres15();
  if (!installed) throw new Error(whatToInstall);
  return installed;
}

function findPostgres15(): string | null {
  const candidates = [process.env['POSTGRES_15_PROGRAMS'], ...knownFolders];
  return candidates.find((folder) => folder !== undefined && folder !== '' && isVersion15(join(folder, 'postgres'))) ?? null;
}

function isVersion15(program: string): boolean {
  return existsSync(program) && / 15\.\d/.test(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout);
}
