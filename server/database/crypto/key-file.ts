import { createSecretKey, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { VaultConflict, type Vault } from '../../vault/vault.ts';
import type { SealingKey } from './envelope.ts';

/** What wraps a key: the master key for a school's, the school's key for a child's. */
export interface Wrapping {
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
}

export interface SubjectKeys {
  readonly current: SealingKey;
  readonly keys: readonly SealingKey[];
}

/** A subject has no key in the vault: it was never given one, or was erased. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing';

  constructor(path: string) {
    super(`There is no key at ${path} in the vault`);
  }
}

const keyId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const keyFile = v.object({
  /** The key that seals from now on; the others still open. */
  current: keyId,
  keys: v.array(
    v.object({
      id: keyId,
      wrapped: v.pipe(v.string(), v.base64()),
      createdAt: v.string(),
      /** Nothing in the database is sealed with it any more; backups may be, so that it is kept for them, and opens nothing meanwhile. */
      retiredAt: v.optional(v.string()),
    }),
  ),
});
type KeyFile = v.InferOutput<typeof keyFile>;

/** @throws KeyMissing, SealBroken when the wrapping key is not the one it was wrapped with */
export async function readKeys(vault: Vault, path: string, wrapping: Wrapping): Promise<SubjectKeys> {
  const { file } = await readFile(vault, path);
  const keys = await Promise.all(
    file.keys
      .filter(({ retiredAt }) => retiredAt === undefined)
      .map(async ({ id, wrapped }) => ({
        id,
        key: createSecretKey(await wrapping.unwrap(Buffer.from(wrapped, 'base64'), contextOf(path, id))),
      })),
  );
  const current = keys.find((key) => key.id === file.current);
  if (!current) throw new Error(`${path} in the vault names a current key that it does not hold`);
  return { current, keys };
}

/** Gives the subject a first key unless it has one; of two who do so at once, the first is right. */
export async function ensureKeys(vault: Vault, path: string, wrapping: Wrapping, now: Date): Promise<void> {
  if (await vault.read(path)) return;
  const key = await newKey(path, wrapping, now);
  try {
    await vault.write(path, toBytes({ current: key.id, keys: [key] }), null);
  } catch (error) {
    if (!(error instanceof VaultConflict)) throw error;
  }
}

/**
 * Puts a new key in the place of the current one, which still opens. A rotation that was cut off is gone on with: while an
 * older key is not retired no further one is made.
 *
 * @returns ids of the keys that are to be retired
 * @throws KeyMissing
 */
export async function replaceCurrentKey(vault: Vault, path: string, wrapping: Wrapping, now: Date): Promise<string[]> {
  const replaced = await changeFile(vault, path, async (file) => {
    if (oldKeys(file).length > 0) return file;
    const key = await newKey(path, wrapping, now);
    return { current: key.id, keys: [...file.keys, key] };
  });
  return oldKeys(replaced);
}

/** Wraps every key of the subject with what its wrapping wraps with now. @throws KeyMissing */
export async function rewrapKeys(vault: Vault, path: string, from: Wrapping, to: Wrapping = from): Promise<void> {
  await changeFile(vault, path, async (file) => ({
    ...file,
    keys: await Promise.all(
      file.keys.map(async (key) => {
        const context = contextOf(path, key.id);
        const opened = await from.unwrap(Buffer.from(key.wrapped, 'base64'), context);
        return { ...key, wrapped: Buffer.from(await to.wrap(opened, context)).toString('base64') };
      }),
    ),
  }));
}

/** Retires a key that is not the current one. @throws KeyMissing */
export async function retireKey(vault: Vault, path: string, id: string, now: Date): Promise<void> {
  await changeFile(vault, path, (file) => {
    if (file.current === id) throw new Error(`${path} in the vault: the key that seals cannot be retired`);
    return { ...file, keys: file.keys.map((key) => (key.id === id ? { ...key, retiredAt: key.retiredAt ?? now.toISOString() } : key)) };
  });
}

/** Has retired keys open again: a restored database may be sealed with them. Says whether there were any. @throws KeyMissing */
export async function reviveKeys(vault: Vault, path: string): Promise<boolean> {
  let hasRevived = false;
  await changeFile(vault, path, (file) => {
    hasRevived = file.keys.some(({ retiredAt }) => retiredAt !== undefined);
    return hasRevived ? { ...file, keys: file.keys.map(({ retiredAt: _, ...key }) => key) } : file;
  });
  return hasRevived;
}

/** Deletes keys that were retired before a moment: what backups still hold under them is unreadable. @throws KeyMissing */
export async function destroyKeys(vault: Vault, path: string, retiredBefore: Date): Promise<void> {
  const limit = retiredBefore.toISOString();
  await changeFile(vault, path, (file) => ({
    ...file,
    keys: file.keys.filter(({ retiredAt }) => retiredAt === undefined || retiredAt >= limit),
  }));
}

function oldKeys({ current, keys }: KeyFile): string[] {
  return keys.flatMap(({ id, retiredAt }) => (id === current || retiredAt !== undefined ? [] : id));
}

async function newKey(path: string, wrapping: Wrapping, now: Date): Promise<KeyFile['keys'][number]> {
  const id = randomBytes(16).toString('hex');
  const wrapped = Buffer.from(await wrapping.wrap(randomBytes(32), contextOf(path, id))).toString('base64');
  return { id, wrapped, createdAt: now.toISOString() };
}

async function readFile(vault: Vault, path: string): Promise<{ file: KeyFile; version: string }> {
  const object = await vault.read(path);
  if (!object) throw new KeyMissing(path);
  return { file: v.parse(keyFile, JSON.parse(Buffer.from(object.bytes).toString())), version: object.version };
}

/** Compare-and-set: built anew on what another writer made of it meanwhile. */
async function changeFile(vault: Vault, path: string, change: (file: KeyFile) => KeyFile | Promise<KeyFile>): Promise<KeyFile> {
  for (;;) {
    const { file, version } = await readFile(vault, path);
    const changed = await change(file);
    if (changed === file) return file;
    try {
      await vault.write(path, toBytes(changed), version);
      return changed;
    } catch (error) {
      if (!(error instanceof VaultConflict)) throw error;
    }
  }
}

function toBytes(file: KeyFile): Buffer {
  return Buffer.from(JSON.stringify(file));
}

/** A wrapped key opens at its own place alone: nobody who can write to the vault can give one child another's key. */
function contextOf(path: string, id: string): string {
  return `${path}|${id}`;
}
