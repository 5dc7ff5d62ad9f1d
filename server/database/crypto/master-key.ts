import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StartError } from '../../start-error.ts';
import { seal, unseal } from './envelope.ts';

const keyLength = 32;

/** Wraps the keys of schools. The shape of a key management service: the master key itself never leaves it. */
export interface MasterKey {
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** @throws SealBroken when it was wrapped by another master key or for another context */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
}

/** A master key that this process holds itself. */
export function localMasterKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keyLength) throw new Error(`A master key is ${String(keyLength)} bytes`);
  const id = createHash('sha256').update('studystreaks master key id').update(bytes).digest('hex').slice(0, 32);
  const master = { id, key: createSecretKey(bytes) };
  return {
    wrap: (key, context) => Promise.resolve(seal(master, context, key)),
    unwrap: (wrapped, context) => new Promise((open) => open(unseal(master, context, wrapped))),
  };
}

/**
 * Reads the master key, 32 random bytes; makes it where there is none, for its owner alone (mode 600).
 *
 * @param mayCreate false where losing the file must stop the start, rather than begin a new key that opens nothing
 * @throws StartError when the file is no master key, or others may read it
 */
export async function loadMasterKey(file: string, mayCreate = true): Promise<Buffer> {
  const path = resolve(file);
  if (!(await exists(path))) {
    if (!mayCreate) throw new StartError(`There is no master key at ${path}. Put it back from where it is kept safe, and start again.`);
    await createKeyFile(path);
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw new StartError(`Others on this machine may read the master key. Run: chmod 600 ${path}`);
  }
  const bytes = await readFile(path);
  if (bytes.length !== keyLength)
    throw new StartError(
      `${path} is not a master key: it must hold ${String(keyLength)} bytes. Put the right file there, and start again.`,
    );
  return bytes;
}

/** Two first starts at once agree on one key: the file appears whole, and only for the first. */
async function createKeyFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const prepared = `${path}.${randomUUID()}`;
  try {
    const handle = await open(prepared, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(keyLength));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(prepared, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await rm(prepared, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
