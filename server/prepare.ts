import { join } from 'node:path';
import { startEmbeddedPostgres } from '#db/embedded.ts';
import { migrate } from '#db/migrate.ts';
import { prepareRoles } from '#db/roles.ts';
import { seedDemoSchools } from '#db/seed/index.ts';
import type { Config } from './config.ts';
import { createKeyring, type Keyring } from './database/crypto/keyring.ts';
import { loadMasterKey } from './database/crypto/master-key.ts';
import type { EvidenceStore } from './evidence/evidence-store.ts';
import { openEvidenceStore } from './evidence/open-evidence-store.ts';
import { createFileVault } from './vault/file-vault.ts';
import type { Vault } from './vault/vault.ts';

export interface Prepared {
  readonly databaseUrl: string;
  readonly masterKey: Buffer;
  readonly vault: Vault;
  readonly evidenceStore: EvidenceStore;
  readonly keyring: Keyring;
  /** Stops the embedded PostgreSQL where this started it. */
  stop(): Promise<void>;
}

/**
 * Brings everything the server stands on to where it should be: PostgreSQL running, roles made, schema migrated, the demo
 * schools there where they were asked for. Each step can be repeated; a start that was cut off is finished by the next.
 *
 * @throws StartError with a sentence that says what to do
 */
export async function prepare(config: Config, log: (line: string) => void): Promise<Prepared> {
  const masterKey = await loadMasterKey(config.masterKeyFile, !config.isProduction);
  const vault = await createFileVault(config.vaultDirectory);
  const evidenceStore = await openEvidenceStore(config.evidencePlace);
  const keyring = createKeyring({ vault, masterKey });

  const database =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ directory: join('.data', 'postgres') })
      : { url: config.databaseUrl, stop: () => Promise.resolve() };
  try {
    const secret = masterKey.toString('hex');
    await prepareRoles(database.url, secret);
    await migrate(database.url);
    if (config.isDemo) await seedDemoSchools({ adminUrl: database.url, secret, keyring, evidenceStore, today: new Date(), log });
    return { databaseUrl: database.url, masterKey, vault, evidenceStore, keyring, stop: database.stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
}
