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
  keys: v.array(v.object({ id: keyId, wrapped: v.pipe(v.string(), v.base64()), createdAt: v.string() })),
});
type KeyFile = v.InferOutput<typeof keyFile>;

/** @throws KeyMissing, SealBroken when the wrapping key is not the one it was wrapped with */
export async function readKeys(vault: Vault, path: string, wrapping: Wrapping): Promise<SubjectKeys> {
  const object = await vault.read(path);
  if (!object) throw new KeyMissing(path);
  const file = v.parse(keyFile, JSON.parse(Buffer.from(object.bytes).toString()));
  const keys = await Promise.all(
    file.keys.map(async ({ id, wrapped }) => ({
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
  const id = randomBytes(16).toString('hex');
  const wrapped = Buffer.from(await wrapping.wrap(randomBytes(32), contextOf(path, id))).toString('base64');
  const file: KeyFile = { current: id, keys: [{ id, wrapped, createdAt: now.toISOString() }] };
  try {
    await vault.write(path, Buffer.from(JSON.stringify(file)), null);
  } catch (error) {
    if (!(error instanceof VaultConflict)) throw error;
  }
}

/** A wrapped key opens at its own place alone: nobody who can write to the vault can give one child another's key. */
function contextOf(path: string, id: string): string {
  return `${path}|${id}`;
}
