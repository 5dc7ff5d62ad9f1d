import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { StartError } from '#server/start-error.ts';
import { findAccount, findBinaries, type Account, type Binaries } from './embedded-binaries.ts';

export interface EmbeddedDatabase {
  /** The superuser's address of the database `studystreaks`. */
  readonly url: string;
  /** Ends it as PostgreSQL wants to be ended; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Everything lies below it: `cluster` (PostgreSQL's data) and `password`. */
  readonly directory: string;
  /** A free one is found where none is given. */
  readonly port?: number;
  /** Server settings, `name=value`. */
  readonly settings?: readonly string[];
  /** Another PostgreSQL than the one that comes with the packages. */
  readonly binaries?: Binaries;
}

const database = 'studystreaks';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

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

  const binaries = options.binaries ?? (await findBinaries());
  const account = findAccount([directory, binaries.postgres]);
  const password = await ensurePassword(join(directory, 'password'));
  await ensureCluster(directory, cluster, binaries.initdb, account, password);

  const port = options.port ?? (await freePort());
  const settings = [`port=${String(port)}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(options.settings ?? [])];
  const server = startServer(binaries.postgres, ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])], account);
  const url = (name: string) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${name}`;
  try {
    await untilReady(server, url('postgres'), directory);
    await ensureDatabase(url('postgres'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: url(database), stop: server.stop };
}

/** A cluster whose making was interrupted has no marker: it holds nothing yet and is made again. */
async function ensureCluster(directory: string, cluster: string, initdb: string, account: Account, password: string): Promise<void> {
  const marker = join(directory, 'initialised');
  if (existsSync(marker)) return;
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { mode: 0o700 });
  // initdb reads the password from a file, as the account that it runs under.
  const passwordFile = join(directory, 'initial-password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const owner = ownerOf(account);
  if (owner) for (const path of [cluster, passwordFile]) await chown(path, owner.uid, owner.gid);
  const flags = [
    '-D',
    cluster,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--no-locale',
  ];
  const [program = initdb, ...parameters] = [...account.prefix, initdb, ...flags];
  const made = spawnSync(program, parameters, { ...runAs(account), encoding: 'utf8' });
  await rm(passwordFile);
  if (made.status !== 0) {
    throw new StartError(
      `PostgreSQL could not set up its data in ${cluster}. Make that folder writable and its disk roomy, or set DATABASE_URL to a server of your own.\n${lastLines(made.stderr)}`,
    );
  }
  await writeFile(marker, '');
}

interface Server {
  readonly hasEnded: () => boolean;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** In a process group of its own: Ctrl-C is for the app, which lets go of the database before it ends it. */
function startServer(program: string, parameters: readonly string[], account: Account): Server {
  const [first = program, ...rest] = [...account.prefix, program, ...parameters];
  const child = spawn(first, rest, { ...runAs(account), detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString('utf8')).slice(-10_000)));
  child.on('error', (error) => (log += error.message));
  const ended = new Promise<void>((resolveEnded) => child.once('close', () => resolveEnded()));
  // A process that ends without stopping it leaves nothing behind.
  const onExit = () => child.kill('SIGINT');
  process.once('exit', onExit);
  return {
    hasEnded: () => hasEnded(child),
    log: () => log,
    async stop() {
      process.off('exit', onExit);
      if (!hasEnded(child)) child.kill('SIGINT');
      const isGone = await Promise.race([ended.then(() => true), sleep(stopTimeoutMs, false, { ref: false })]);
      if (!isGone) child.kill('SIGQUIT');
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function untilReady(server: Server, url: string, directory: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && !server.hasEnded()) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
    try {
      await sql`select 1`;
      return;
    } catch {
      await sleep(50);
    } finally {
      await sql.end();
    }
  }
  throw new StartError(
    `PostgreSQL did not start on ${directory}. What it said is below; if its data is damaged and can be lost, remove that folder and start again.\n${lastLines(server.log())}`,
  );
}

/** `postmaster.pid` is left behind by a server that was killed; one whose process lives means that the data is in use. */
async function clearStaleLock(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt((await readFile(lock, 'utf8')).split('\n')[0] ?? '', 10);
  if (Number.isInteger(pid) && isPostgres(pid, await commandOf(pid))) {
    throw new StartError(
      `The database in ${cluster} is already running (process ${String(pid)}). Stop the other StudyStreaks first (Ctrl-C where it runs, or: kill -INT ${String(pid)}), then start again.`,
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

/** Who must own the data directory. */
function ownerOf({ uid, gid, prefix }: Account): { uid: number; gid: number } | null {
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  const idIn = (flag: string) => Number(prefix.find((word) => word.startsWith(flag))?.slice(flag.length));
  return prefix.length > 0 ? { uid: idIn('--reuid='), gid: idIn('--regid=') } : null;
}

function runAs({ uid, gid }: Account) {
  return { ...(uid === undefined || gid === undefined ? {} : { uid, gid }), env: { ...process.env, LC_MESSAGES: 'C' } };
}

function lastLines(log: string): string {
  return log.trim().split('\n').slice(-8).join('\n');
}
