import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { resolveBinary } from 'dbmate';
import { StartError } from '#server/start-error.ts';
import { prepareJobs } from './jobs-schema.ts';

const run = promisify(execFile);
const migrations = fileURLToPath(new URL('./migrations', import.meta.url));

/** Brings the database to the newest schema, the queue's own included; returns the names of the migrations that were applied. Throws StartError. */
export async function migrate(adminUrl: string): Promise<string[]> {
  const output = await dbmate(adminUrl, ['migrate']);
  await prepareJobs(adminUrl);
  return [...output.matchAll(/^Applied: (\S+)/gm)].flatMap((match) => match[1] ?? []);
}

/** Takes back the last `steps` migrations, newest first; returns their names. Throws StartError. */
export async function rollback(adminUrl: string, steps = 1): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < steps; step++) {
    const output = await dbmate(adminUrl, ['rollback']);
    names.push(...[...output.matchAll(/^Rolled back: (\S+)/gm)].flatMap((match) => match[1] ?? []));
  }
  return names;
}

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

export async function status(adminUrl: string): Promise<MigrationStatus> {
  const output = await dbmate(adminUrl, ['status']);
  const names = (mark: string) => [...output.matchAll(new RegExp(`^\\[${mark}\\] (\\S+)`, 'gm'))].flatMap((match) => match[1] ?? []);
  return { applied: names('X'), pending: names(' ') };
}

async function dbmate(adminUrl: string, command: readonly string[]): Promise<string> {
  const url = new URL(adminUrl);
  // dbmate's driver insists on TLS where nothing is said; the embedded server has none.
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', isLocal(url) ? 'disable' : 'prefer');
  try {
    // The address goes through the environment: a command line can be read by every user of the machine.
    const { stdout } = await run(
      resolveBinary(),
      ['--env', 'STUDYSTREAKS_MIGRATE_URL', '--migrations-dir', migrations, '--no-dump-schema', ...command],
      {
        env: { ...process.env, STUDYSTREAKS_MIGRATE_URL: url.href },
      },
    );
    return stdout;
  } catch (error) {
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new StartError(
      `The database could not be migrated (${command.join(' ')}): ${reason}\nMend what it says and start again; a migration that failed has left nothing behind.`,
    );
  }
}

function isLocal(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
