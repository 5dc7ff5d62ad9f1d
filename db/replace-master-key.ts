import { rewrapKeys, type Wrapping } from '#server/database/crypto/key-file.ts';
import { SealBroken } from '#server/database/crypto/envelope.ts';
import { localMasterKey } from '#server/database/crypto/master-key.ts';
import type { Vault } from '#server/vault/vault.ts';

/**
 * Wraps every school's key, and the key of look-ups, with another master key; children's keys stay as they are. Stop the
 * servers first. May be repeated where it was cut off: what the new key wraps already is left so.
 *
 * @returns how many files that were
 */
export async function replaceMasterKey(vault: Vault, oldKey: Buffer, newKey: Buffer): Promise<number> {
  const [before, after] = [localMasterKey(oldKey), localMasterKey(newKey)];
  const either: Wrapping = {
    wrap: after.wrap,
    async unwrap(wrapped, context) {
      try {
        return await after.unwrap(wrapped, context);
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        return before.unwrap(wrapped, context);
      }
    },
  };
  const paths = (await vault.list('keys')).filter((path) => path === 'keys/lookup.json' || /^keys\/([^/]+)\/\1\.json$/.test(path));
  for (const path of paths) await rewrapKeys(vault, path, either);
  return paths.length;
}
