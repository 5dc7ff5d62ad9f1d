import type { Database } from '../database/connections.ts';
import type { Keyring } from '../database/crypto/keyring.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { createFinishing, type Finishing } from './finishing.ts';
import { createSealedFiles, type SealedFiles } from './sealed-files.ts';
import { createTending, type Tending, type TendingOptions } from './tending.ts';

/** All that deals with files. */
export interface Evidence {
  readonly files: SealedFiles;
  readonly finishing: Finishing;
  readonly tending: Tending;
}

/** @param database the pool of background_worker */
export function createEvidence(
  database: Database,
  store: EvidenceStore,
  keyring: Pick<Keyring, 'encrypt' | 'decrypt'>,
  ended: TendingOptions['ended'],
): Evidence {
  const files = createSealedFiles(store, keyring);
  const finishing = createFinishing(database, files);
  return { files, finishing, tending: createTending({ database, store, files, finishing, ended }) };
}
