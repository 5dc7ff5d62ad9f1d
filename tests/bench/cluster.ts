import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { createKeyring, type Keyring } from '#server/database/crypto/keyring.ts';
import { loadMasterKey } from '#server/database/crypto/master-key.ts';
import { createFileVault } from '#server/vault/file-vault.ts';
import type { Vault } from '#server/vault/vault.ts';

/** PostgreSQL in a temporary folder with the settings of a real start, roles and schema, keys and vault. */
export interface BenchCluster {
  /** As the superuser. */
  readonly url: string;
  /** What the roles' passwords follow from. */
  readonly secret: string;
  readonly masterKey: Buffer;
  readonly vault: Vault;
  readonly keyring: Keyring;
}

/** @param onStop hears of each step that undoes what was begun, to be run in the opposite order */
export async function startCluster(onStop: (step: () => Promise<unknown>) => void): Promise<BenchCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'studystreaks-bench-'));
  onStop(() => rm(directory, { recursive: true, force: true }));
  // As root PostgreSQL runs as another user, who has to reach its cluster through this folder.
  await chmod(directory, 0o711);
  const masterKey = await loadMasterKey(join(directory, 'master.key'));
  const vault = await createFileVault(join(directory, 'vault'));
  const { url, stop } = await startEmbeddedPostgres({ directory: join(directory, 'postgres') });
  onStop(stop);
  const secret = masterKey.toString('hex');
  await prepareRoles(url, secret);
  await migrate(url);
  return { url, secret, masterKey, vault, keyring: createKeyring({ vault, masterKey }) };
}
